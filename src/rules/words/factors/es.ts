import { say, stress } from '../../pieces'
import { named } from '../account/named'
import type { factors as english, factorProblems as englishProblems } from './en'

export const factorProblems: typeof englishProblems = {
  code_wrong: 'Ese código no es correcto o ya se ha usado.',
  authenticator_late: 'Esta página ha estado abierta demasiado tiempo. Escanee el código nuevo.',
  passkey_late: 'Esta página ha estado abierta demasiado tiempo. Inténtelo de nuevo.',
  passkey_unknown: 'Esa clave de acceso no se conoce aquí.',
  passkey_missing: 'Confirme primero con una de sus claves de acceso.',
  passkey_failed: 'No ha funcionado. Inténtelo de nuevo.',
  passkey_taken: 'Esta clave de acceso ya se ha añadido.',
  passkey_too_many: 'Una cuenta no puede tener más claves de acceso. Quite antes una.',
  passkey_name_long: 'Elija un nombre más corto.',
}

export const factors: typeof english = {
  step: {
    heading: 'Un paso más',
    lead: (address) => say`Demuestre que usted es ${stress(address)}.`,
    leadPasskey: (address) => say`Para continuar como ${stress(address)}, use una clave de acceso.`,
    code: 'Código',
    codeHint:
      'Las seis cifras que muestra su aplicación de autenticación, o uno de sus códigos de recuperación.',
    recoveryHint: 'Uno de sus códigos de recuperación.',
    submit: 'Continuar',
    passkey: 'Usar una clave de acceso',
    or: 'o',
    other: 'Iniciar sesión con otra cuenta',
    add: 'Añadir otra clave de acceso',
    back: 'Volver a su cuenta',
  },
  passkey: {
    cancelled: 'No se ha hecho nada. Pulse de nuevo cuando quiera.',
    failed: 'Su dispositivo no ha podido hacerlo. Inténtelo de nuevo o elija otro camino.',
    unsupported: 'Este navegador no puede usar claves de acceso.',
    scripts: 'Las claves de acceso necesitan JavaScript, que aquí está desactivado.',
  },
  add: {
    heading: 'Añadir una clave de acceso',
    offerHeading: 'La próxima vez, sin contraseña',
    lead: 'Su dispositivo guarda la clave de acceso y la abre con su huella, su cara o el bloqueo de pantalla. No hay nada que recordar, y nadie puede sacársela con engaños.',
    name: 'Nombre de la clave',
    nameHint: 'Para reconocerla.',
    submit: 'Añadir una clave de acceso',
    skip: 'Ahora no',
    back: 'Volver a la seguridad',
    confirm: 'Confirmar con una clave de acceso que ya tiene',
    confirmed: 'Confirmado.',
  },
  mails: {
    passkey_added: {
      subject: 'Se ha añadido una clave de acceso a su cuenta',
      preheader: 'Desde ahora puede iniciar sesión con ella.',
      heading: 'Se ha añadido una clave de acceso',
      text: (of, when, passkey) =>
        say`La clave de acceso ${stress(passkey)} se añadió a su cuenta ${named(of)} el ${when}.`,
    },
    passkey_removed: {
      subject: 'Se ha quitado una clave de acceso de su cuenta',
      preheader: 'Ya nadie puede iniciar sesión con ella.',
      heading: 'Se ha quitado una clave de acceso',
      text: (of, when, passkey) =>
        say`La clave de acceso ${stress(passkey)} se quitó de su cuenta ${named(of)} el ${when}.`,
    },
    authenticator_on: {
      subject: 'Se ha configurado una aplicación de autenticación',
      preheader: 'Al iniciar sesión con contraseña se pide desde ahora un código.',
      heading: 'Se ha configurado una aplicación de autenticación',
      text: (of, when) =>
        say`Se configuró una aplicación de autenticación para su cuenta ${named(of)} el ${when}. Al iniciar sesión con la contraseña se pide desde ahora su código.`,
    },
    authenticator_off: {
      subject: 'Se ha desactivado la aplicación de autenticación',
      preheader: 'Su contraseña basta de nuevo.',
      heading: 'Se ha desactivado la aplicación de autenticación',
      text: (of, when) =>
        say`La aplicación de autenticación de su cuenta ${named(of)} se desactivó el ${when}. Al iniciar sesión con la contraseña ya no se pide ningún código.`,
    },
    codes_renewed: {
      subject: 'Se han renovado sus códigos de recuperación',
      preheader: 'Los anteriores ya no sirven.',
      heading: 'Se han renovado sus códigos de recuperación',
      text: (of, when) =>
        say`Los códigos de recuperación de su cuenta ${named(of)} se renovaron el ${when}. Los anteriores ya no sirven.`,
    },
    otherwise:
      'Si no fue usted, establezca de inmediato una contraseña nueva, revise después la seguridad de su cuenta y quite lo que no conozca.',
    button: 'Seguridad de su cuenta',
    link: 'Seguridad de su cuenta:',
  },
}
