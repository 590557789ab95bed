import type { DirectoryAnswer } from '../rules/directory'
import type { DirectoryProvider } from '../rules/sso'
import { googleDirectory } from './directory-google'
import { microsoftDirectory } from './directory-microsoft'

/** An organization's people at its identity provider, by the access token of somebody's consent. Never throws. */
export type Directory = {
  /** What the consent asks for besides a sign-in, and the parameters that make it last. */
  consent: { scope: string; extra: Record<string, string> }
  /** Who matches what was typed, or everybody; `page` is the `next` of the page before. Who is not active there is left out. */
  search(accessToken: string, query: string, page: string | null): Promise<DirectoryAnswer>
  /** Those of the ids that the directory has, active or not. */
  find(accessToken: string, ids: readonly string[]): Promise<DirectoryAnswer>
}

export type Directories = Record<DirectoryProvider, Directory>

export const directories = (
  urls: Record<DirectoryProvider, string>,
  fetcher: typeof fetch = (...asked) => fetch(...asked),
): Directories => ({
  google: googleDirectory(urls.google, fetcher),
  microsoft: microsoftDirectory(urls.microsoft, fetcher),
})
