import { domainOfAddress } from '../../rules/domains'
import { domainMatches } from '../../rules/policies'
import { allow, deny, forEachAddress, type Operation, type Policy } from '../policy'

/** Only addresses of these domains. */
export const allowedDomains = (domains: readonly string[]): Policy<Operation> => ({
  id: 'allowed-domains',
  evaluate: (operation) =>
    forEachAddress(operation, (address) =>
      domains.some((pattern) => domainMatches(pattern, domainOfAddress(address)))
        ? allow()
        : deny({
            code: 'domain_not_allowed',
            message: `Addresses of ${domainOfAddress(address)} are not allowed here`,
            remediation: 'Use an address of one of the organization’s allowed domains.',
          }),
    ),
})

/** No address of these domains. */
export const blockedDomains = (domains: readonly string[]): Policy<Operation> => ({
  id: 'blocked-domains',
  evaluate: (operation) =>
    forEachAddress(operation, (address) =>
      domains.some((pattern) => domainMatches(pattern, domainOfAddress(address)))
        ? deny({
            code: 'domain_blocked',
            message: `Addresses of ${domainOfAddress(address)} are blocked here`,
            remediation: 'Use an address of another domain.',
          })
        : allow(),
    ),
})
