import { disposableEmailBlocklist } from 'disposable-email-domains-js'
import { domainOfAddress } from '../../rules/domains'
import { allow, deny, forEachAddress, type Operation, type Policy } from '../policy'

let known: ReadonlySet<string> | null = null

/** Such providers take mail for any name below theirs, so whatever is below counts as well. */
const isDisposable = (domain: string): boolean => {
  known ??= new Set(disposableEmailBlocklist())
  const labels = domain.split('.')
  return labels.some((_, n) => known?.has(labels.slice(n).join('.')))
}

/** No address that is thrown away after use. */
export const noDisposable: Policy<Operation> = {
  id: 'no-disposable',
  evaluate: (operation) =>
    forEachAddress(operation, (address) =>
      isDisposable(domainOfAddress(address))
        ? deny({
            code: 'disposable_address',
            message: 'Disposable addresses are not allowed here',
            remediation: 'Use an address that lasts.',
          })
        : allow(),
    ),
}
