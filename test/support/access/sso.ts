import { type Rows, WHO } from './row'

export const sso: Rows = {
  // Where no provider is connected it leads to the sign-in page.
  'GET /o/:slug/sign-in/sso': { may: WHO, status: 303 },
}
