import { say, stress } from '../../pieces'
import type { Words } from '..'
import { named } from './named'

export const account: Words['account'] = {
  title: 'Su cuenta',
  wait: (minutes) =>
    `Son suficientes correos por ahora. Inténtelo de nuevo en ${minutes === 1 ? 'un minuto' : `${minutes} minutos`}.`,
  address: 'Correo electrónico',
  currentPassword: 'Contraseña actual',
  newPassword: 'Nueva contraseña',
  signIn: 'Iniciar sesión',
  switchAccount: 'Cambiar de cuenta',
  toAccount: 'Ir a su cuenta',

  forgot: {
    link: '¿Olvidó su contraseña?',
    heading: '¿Olvidó su contraseña?',
    lead: 'Introduzca su correo electrónico. Si hay una cuenta con él, le enviaremos un enlace para establecer una contraseña nueva.',
    submit: 'Enviarme un enlace',
    backToSignIn: 'Volver al inicio de sesión',
    backToInvitation: 'Volver a la invitación',
    sent: {
      heading: 'Revise su correo',
      text: (address) =>
        say`Si hay una cuenta con ${stress(address)}, un enlace para establecer una contraseña nueva está en camino. Es válido durante una hora, y solo funciona el más reciente.`,
      nothing: '¿No llega nada tras unos minutos? Mire en el correo no deseado y compruebe la dirección.',
      again: 'Usar otra dirección',
    },
  },

  reset: {
    heading: 'Establecer una contraseña nueva',
    meaning: 'Iniciará sesión aquí y se cerrará en todos los demás sitios.',
    submit: 'Establecer contraseña',
    again: 'Pedir un enlace nuevo',
    closed: {
      invalid: {
        heading: 'Enlace no válido',
        text: 'Este enlace no es nuestro, le falta una parte o ya no existe aquello a lo que se refería. Use el enlace del correo más reciente o pida uno nuevo.',
      },
      used: {
        heading: 'Enlace ya utilizado',
        text: 'Con este enlace se ha establecido una contraseña. Inicie sesión con ella; si no fue usted, pida un enlace nuevo.',
      },
      replaced: {
        heading: 'Sustituido por un correo más reciente',
        text: 'Después se le envió un enlace más reciente. Use el del correo más reciente.',
      },
      ended: {
        heading: 'El enlace ya no funciona',
        text: 'La contraseña o la dirección de la cuenta ha cambiado desde entonces. Si todavía necesita un enlace, pida uno nuevo.',
      },
      expired: {
        heading: 'Enlace caducado',
        text: 'El enlace era válido durante una hora. Pida uno nuevo.',
      },
    },
  },

  page: {
    names: 'Nombre',
    save: 'Guardar',
    changeAddress: 'Cambiar su dirección',
    newAddress: 'Nuevo correo electrónico',
    newAddressHint:
      'Enviaremos un enlace a esta dirección. El cambio se hará en cuanto lo confirme allí, y avisaremos a la anterior.',
    submitAddress: 'Enviar el enlace',
    pending: ({ address, when }) =>
      say`${stress(address)} está pendiente de confirmación hasta el ${when}: abra el enlace del correo que recibió.`,
    changePassword: 'Cambiar su contraseña',
    passwordMeaning: 'Con esto se cierra su sesión en todos los demás sitios.',
    submitPassword: 'Cambiar contraseña',
    noPassword:
      'Esta cuenta aún no tiene contraseña. Establézcala mediante un enlace que le enviamos por correo.',
    organizations: 'Sus organizaciones',
    sessions: 'Dónde ha iniciado sesión',
    security: 'Claves de acceso y segundo factor',
    told: {
      renamed: 'Nombre cambiado',
      unchanged: 'Nada que cambiar: ya es así',
      password: 'Contraseña cambiada. Su sesión se ha cerrado en todos los demás sitios.',
      asked: 'Revise el correo de la nueva dirección: el enlace que contiene confirma el cambio.',
      address: 'Dirección cambiada. Úsela a partir de ahora para iniciar sesión.',
    },
  },

  confirm: {
    heading: 'Confirmar su nueva dirección',
    lead: ({ from, to }) =>
      say`La dirección de su cuenta cambia de ${stress(from)} a ${stress(to)}. A partir de entonces iniciará sesión con la nueva.`,
    submit: (address) => `Usar ${address}`,
    keep: 'Conservar la anterior',
    wrongAccount: (signedIn) =>
      say`Este enlace es para otra cuenta. Ha iniciado sesión como ${stress(signedIn)}.`,
    closed: {
      invalid: {
        heading: 'Enlace no válido',
        text: 'Este enlace no es nuestro, le falta una parte o ya no existe aquello a lo que se refería.',
      },
      replaced: {
        heading: 'Sustituido por un correo más reciente',
        text: 'Después se pidió otro cambio. Use el enlace del correo más reciente.',
      },
      ended: {
        heading: 'El enlace ya no funciona',
        text: 'La contraseña ha cambiado desde entonces. Si todavía quiere otra dirección, pídala de nuevo.',
      },
      expired: {
        heading: 'Enlace caducado',
        text: 'El enlace era válido durante una hora. Pida el cambio de nuevo.',
      },
      taken: {
        heading: 'Dirección ya en uso',
        text: 'Hay otra cuenta con esta dirección. La suya queda como está.',
      },
      wrong_account: { heading: 'No es para esta cuenta' },
    },
  },

  mails: {
    reset: {
      subject: 'Establecer una contraseña nueva',
      preheader: 'El enlace es válido durante una hora y una sola vez.',
      heading: 'Establecer una contraseña nueva',
      text: (of) =>
        say`Alguien ha pedido un enlace para establecer una contraseña nueva para su cuenta ${named(of)}.`,
      button: 'Establecer contraseña',
      link: 'Establezca una contraseña nueva:',
      unexpected: 'Si no fue usted, no tiene que hacer nada: sin el enlace no cambia nada.',
    },
    password: {
      subject: 'Su contraseña ha cambiado',
      preheader: 'Su sesión se ha cerrado en todos los demás sitios.',
      heading: 'Su contraseña ha cambiado',
      text: (of, when) =>
        say`La contraseña de su cuenta ${named(of)} se cambió el ${when}. Se han cerrado las demás sesiones.`,
      otherwise:
        'Si no fue usted, establezca de inmediato una contraseña nueva. Solo puede hacerlo quien lee este buzón.',
      button: 'Establecer contraseña',
      link: 'Establezca una contraseña nueva:',
    },
    change: {
      subject: 'Confirmar su nueva dirección',
      preheader: 'El enlace es válido durante una hora.',
      heading: 'Confirmar su nueva dirección',
      text: (of, to) =>
        say`La dirección de la cuenta ${named(of)} va a cambiar a ${stress(to)}. Abra el enlace y confírmelo con la sesión de esa cuenta iniciada.`,
      button: 'Confirmar la dirección',
      link: 'Confirme la dirección:',
      unexpected: 'Si no sabe nada de esto, no tiene que hacer nada: sin el enlace no cambia nada.',
    },
    taken: {
      subject: 'Esta dirección ya tiene una cuenta',
      preheader: 'No se ha cambiado nada.',
      heading: 'Esta dirección ya tiene una cuenta',
      text: (to, host) =>
        say`Alguien que ha iniciado sesión en ${host} ha pedido que la dirección de su cuenta sea ${stress(to)}. Ya hay una cuenta con esta dirección, así que no se ha cambiado nada.`,
      otherwise: 'Si fue usted, inicie sesión con esta dirección. Si no, no tiene que hacer nada.',
      button: 'Iniciar sesión',
      link: 'Inicie sesión:',
    },
    asked: {
      subject: 'Su cuenta va a cambiar de dirección',
      preheader: 'Todavía no ha cambiado nada.',
      heading: 'Se ha pedido otra dirección',
      text: (of, to) =>
        say`Alguien que conoce su contraseña ha pedido que la dirección de su cuenta ${named(of)} sea ${stress(to)}. Cambiará en cuanto se confirme desde allí.`,
      otherwise: 'Si no fue usted, establezca ahora una contraseña nueva: así lo impedirá.',
      button: 'Establecer contraseña',
      link: 'Establezca una contraseña nueva:',
    },
    done: {
      subject: 'Su cuenta tiene otra dirección',
      preheader: 'Los correos a esta dirección ya no le llegan.',
      heading: 'Su dirección ha cambiado',
      text: (of, to, when) =>
        say`La dirección de su cuenta ${named(of)} se cambió a ${stress(to)} el ${when}. Inicie sesión con ella a partir de ahora.`,
      otherwise:
        'Si no fue usted, avise de inmediato a un propietario o administrador de su organización para que retire de ella la cuenta.',
    },
  },
}
