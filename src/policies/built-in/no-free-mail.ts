import { domainOfAddress } from '../../rules/domains'
import { isFreeMail } from '../../rules/free-mail'
import { allow, deny, forEachAddress, type Operation, type Policy } from '../policy'

/** No address at a provider where anybody gets one. */
export const noFreeMail: Policy<Operation> = {
  id: 'no-free-mail',
  evaluate: (operation) =>
    forEachAddress(operation, (address) =>
      isFreeMail(domainOfAddress(address))
        ? deny({
            code: 'free_mail_address',
            message: 'Addresses of free mail providers are not allowed here',
            remediation: 'Use an address of a company or an organization.',
          })
        : allow(),
    ),
}
