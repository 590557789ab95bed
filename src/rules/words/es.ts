import { MAX_NAME } from '../names'
import { MAX_PASSWORD, MIN_PASSWORD } from '../passwords'
import { say, stress } from '../pieces'
import type { Words } from '.'
import { account } from './account/es'
import { factorProblems, factors } from './factors/es'
import { sso, ssoProblems } from './sso/es'

export const es: Words = {
  roles: { owner: 'propietario', admin: 'administrador', member: 'miembro', viewer: 'lector' },

  offer: ({ inviter, organization, role }) =>
    role === null
      ? say`${stress(inviter)} le invita a unirse a ${stress(organization)}.`
      : say`${stress(inviter)} le invita a unirse a ${stress(organization)} como ${stress(role)}.`,

  problems: {
    password_too_short: `Use al menos ${MIN_PASSWORD} caracteres.`,
    password_too_long: `Use ${MAX_PASSWORD} caracteres como máximo.`,
    password_is_address: 'Su dirección es demasiado fácil de adivinar. Elija otra cosa.',
    password_common: 'Demasiadas personas usan esta contraseña. Elija una menos común.',
    password_wrong: 'La contraseña no es correcta.',
    confirmation_differs: 'Las dos contraseñas no coinciden.',
    name_missing: 'Introduzca su nombre.',
    first_name_missing: 'Introduzca su nombre de pila.',
    last_name_missing: 'Introduzca sus apellidos.',
    name_too_long: `Hasta ${MAX_NAME} caracteres.`,
    name_is_link: 'Un nombre no puede ser un enlace.',
    address_invalid: 'Introduzca un correo electrónico, como nombre@example.com.',
    address_unchanged: 'Esa ya es su dirección.',
    now_new: 'Algo ha cambiado mientras tanto. Rellene el formulario de nuevo.',
    now_sign_in: 'Ahora existe una cuenta con esta dirección. Inicie sesión con ella para aceptar.',
    now_join: 'Ya ha iniciado sesión. Basta con un clic.',
    ...ssoProblems,
    ...factorProblems,
  },
  wait: (minutes) =>
    `Ha habido demasiados intentos fallidos de inicio de sesión. Vuelva a intentarlo en ${minutes === 1 ? 'un minuto' : `${minutes} minutos`}.`,
  lead: (label) => `${label}:`,

  mail: {
    shared: {
      until: (when) => `El enlace es válido hasta el ${when}.`,
      address: 'Si el botón no funciona, abra esta dirección:',
    },
    invitation: {
      subject: ({ inviter, organization }) => `${inviter} le invita a unirse a ${organization}`,
      preheader: ({ to, when }) => `Para ${to}, válida hasta el ${when}. Basta con un enlace.`,
      heading: (organization) => `Unirse a ${organization}`,
      button: 'Aceptar la invitación',
      link: 'Para aceptar la invitación:',
      unexpected: (to) => `Esta invitación es para ${to}. Si no la esperaba, puede ignorarla.`,
    },
    reminder: {
      subject: ({ organization, last }) =>
        last
          ? `Último recordatorio: su invitación a ${organization}`
          : `Recordatorio: su invitación a ${organization}`,
      preheader: ({ inviter, when }) => `${inviter} espera su respuesta. Vigente hasta el ${when}.`,
      heading: (organization) => `Su invitación a ${organization}`,
      waiting: (when) => say`Aún no ha respondido. La invitación sigue vigente hasta el ${stress(when)}.`,
      stop: (organization) => `No recibir más recordatorios de ${organization}`,
    },
  },

  accept: {
    title: (organization) => (organization === null ? 'Invitación' : `Invitación a ${organization}`),
    checking: 'Buscando su invitación…',
    heading: 'Aceptar la invitación',
    department: (name) => say`Departamento: ${stress(name)}`,
    teams: (names, many) => say`${many ? 'Equipos' : 'Equipo'}: ${stress(names)}`,
    address: 'Correo electrónico',
    name: 'Su nombre',
    firstName: 'Nombre',
    lastName: 'Apellidos',
    newPassword: 'Elija una contraseña',
    newPasswordHint: `${MIN_PASSWORD} caracteres o más`,
    confirmation: 'Repita la contraseña',
    password: 'Su contraseña',
    passwordHint: 'Ya tiene una cuenta con esta dirección.',
    signedInAs: (address) => say`Ha iniciado sesión como ${stress(address)}.`,
    acceptNew: 'Aceptar y crear cuenta',
    acceptSignIn: 'Aceptar e iniciar sesión',
    acceptJoin: (organization) => `Aceptar y unirse a ${organization}`,
    until: (when) => `Válida hasta el ${when}.`,
    declineQuestion: '¿No desea unirse?',
    declineMeaning: 'Si la rechaza, esta invitación dejará de ser válida. Quien le invitó lo verá.',
    decline: 'Rechazar la invitación',
    wrongAccount: ({ invited, signedIn }) =>
      say`Esta invitación es para ${stress(invited)}, pero ha iniciado sesión como ${stress(signedIn)}.`,
    switchAccount: 'Cambiar de cuenta',
    continue: 'Continuar',
    signIn: 'Iniciar sesión',
    noSeat: {
      heading: 'No quedan plazas',
      text: ({ inviter, organization }) =>
        say`${stress(organization)} no tiene plazas libres en este momento. Pida a ${stress(inviter)} que libere una; su invitación sigue en pie.`,
    },
    sso,
    inviterLost: {
      heading: 'Pida una nueva invitación',
      text: ({ inviter, organization }) =>
        say`La invitación de ${stress(inviter)} ya no se puede aceptar. Pida una nueva a otro administrador de ${stress(organization)}.`,
    },
    inactive: {
      heading: 'Su cuenta de miembro está inactiva',
      text: ({ inviter, organization }) =>
        say`Usted era miembro de ${stress(organization)}. Pida a ${stress(inviter)} o a otro administrador que reactive su cuenta.`,
    },
    alreadyMember: {
      heading: 'Ya es miembro',
      text: (organization) => say`No hay nada que aceptar: ya pertenece a ${stress(organization)}.`,
    },
    unavailable: {
      heading: 'Vuelva a intentarlo en un momento',
      text: 'No hemos podido consultar su invitación ahora mismo. No se ha perdido: vuelva a cargar esta página.',
      reference: (reference) => `Referencia: ${reference}`,
    },
    welcome: {
      title: 'Bienvenida',
      heading: 'Ya está dentro',
      text: ({ organization, host }) =>
        say`Le damos la bienvenida a ${stress(organization)}. Le llevamos a ${stress(host)}.`,
    },
    closed: {
      unknown: {
        heading: 'Enlace no válido',
        text: () => [
          'Este enlace no es nuestro o le falta una parte. Use el enlace del correo más reciente o pida una nueva invitación a quien le invitó.',
        ],
      },
      invalid: {
        heading: 'Invitación no válida',
        text: () =>
          say`Este enlace ya no funciona. Use el enlace del ${stress('correo más reciente')} o pida una nueva invitación a quien le invitó.`,
      },
      expired: {
        heading: 'Invitación caducada',
        text: ({ inviter, organization }) =>
          say`La invitación a ${stress(organization)} ha caducado. Pida una nueva a ${stress(inviter)}.`,
      },
      revoked: {
        heading: 'Invitación retirada',
        text: ({ inviter, organization }) =>
          say`La invitación a ${stress(organization)} se ha retirado. Si le sorprende, pregunte a ${stress(inviter)}.`,
      },
      replaced: {
        heading: 'Invitación sustituida',
        text: () =>
          say`Después se le envió un correo más nuevo. Use el enlace del ${stress('correo más reciente')}.`,
      },
      used: {
        heading: 'Invitación ya utilizada',
        text: ({ organization }) =>
          say`Esta invitación a ${stress(organization)} ya se ha aceptado. Solo queda iniciar sesión.`,
      },
      declined: {
        heading: 'Invitación rechazada',
        text: ({ inviter, organization }) =>
          say`Ha rechazado unirse a ${stress(organization)}. Si cambia de opinión, pida una nueva invitación a ${stress(inviter)}.`,
      },
    },
  },

  unsubscribe: {
    title: 'Recordatorios',
    ask: {
      heading: (organization) => `¿No recibir más recordatorios de ${organization}?`,
      text: ({ address, organization }) =>
        say`${stress(address)} ya no recibirá recordatorios de las invitaciones a ${stress(organization)}. Las invitaciones seguirán llegando.`,
      button: 'Detener los recordatorios',
    },
    done: {
      heading: 'No habrá más recordatorios',
      text: ({ address, organization }) =>
        say`${stress(organization)} ya no envía recordatorios a ${stress(address)}. Las invitaciones seguirán llegando.`,
      button: 'Volver a recibir recordatorios',
    },
    undone: (organization) => say`Volverá a recibir los recordatorios de ${stress(organization)}.`,
    invalid: {
      heading: 'Enlace no válido',
      text: 'Este enlace no es nuestro o está incompleto. Utilice el enlace del correo más reciente.',
    },
  },

  account,
  factors,
}
