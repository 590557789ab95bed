import { say, stress } from '../../pieces'
import type { Problem } from '../../problems'
import type { sso as english } from './en'

export const ssoProblems = {
  now_sso: 'Ya ha iniciado sesión con el proveedor de identidad. Basta con un clic.',
  sso_again: 'Han pasado más de diez minutos. Continúe de nuevo con el inicio de sesión único.',
  no_password: 'Esta cuenta aún no tiene contraseña. Cree una con el enlace de abajo y vuelva aquí.',
} satisfies Partial<Record<Problem, string>>

export const sso: typeof english = {
  continueWith: {
    google: 'Continuar con Google',
    microsoft: 'Continuar con Microsoft',
    other: 'Continuar con el inicio de sesión único',
  },
  orPassword: 'o con una contraseña',
  required: (organization) => say`En ${stress(organization)} se entra con su inicio de sesión único.`,
  shownAs: ({ provider, address }) => say`Ha iniciado sesión en ${stress(provider)} como ${stress(address)}.`,
  link: (provider) =>
    `Ya existe una cuenta con esta dirección. Introduzca su contraseña solo esta vez: después entrará con ${provider}.`,
  linkHere: (provider) => `A partir de ahora también puede entrar con ${provider}.`,
  another_address: {
    heading: 'Otra dirección',
    text: ({ provider, address, invited }) =>
      say`Esta invitación es para ${stress(invited)}, pero en ${stress(provider)} ha iniciado sesión como ${stress(address)}. No se ha aceptado nada.`,
  },
  unverified: {
    heading: 'Dirección sin confirmar',
    text: ({ provider, address, invited }) =>
      say`En ${stress(provider)} ha iniciado sesión como ${stress(address)}, pero allí no consta que esta dirección sea suya. La invitación es para ${stress(invited)}. No se ha aceptado nada.`,
  },
  noAddress: 'sin dirección',
  useAnother: (provider) => `Usar otra cuenta de ${provider}`,
  usePassword: 'Aceptar con una contraseña',
  failed: {
    away: {
      heading: 'Inténtelo de nuevo en un momento',
      text: ({ provider }) => `${provider} no responde en este momento. Su invitación sigue en pie.`,
    },
    declined: {
      heading: 'No ha iniciado sesión',
      text: ({ provider }) => `${provider} no ha identificado a nadie. Su invitación sigue en pie.`,
    },
    stale: {
      heading: 'Inicie sesión de nuevo',
      text: ({ provider }) =>
        `${provider} ya no da por buena su respuesta: se usó antes o tardó demasiado. Su invitación sigue en pie.`,
    },
    wrong: {
      heading: 'El inicio de sesión único no funciona',
      text: ({ provider, organization }) =>
        `La respuesta de ${provider} no es de fiar, así que no se ha aceptado nada. Avise a un administrador de ${organization}.`,
    },
  },
  back: 'Volver a la invitación',
  denied: 'Esta invitación no se puede aceptar ahora',
}
