import { onTestFinished } from 'vitest'
import type { Policy } from '../../src/policies/policy'
import type { PolicySettings } from '../../src/rules/policies'
import type { Company } from './cast'
import { run } from './world'

type Registry<Context> = { register: (policy: Policy<Context>) => () => void }

/** Registers a policy of the deployment's own until the test ends. */
export const registerPolicy = <Context>(
  registry: Registry<Context>,
  evaluate: Policy<Context>['evaluate'],
  id = 'a-policy',
): void => onTestFinished(registry.register({ id, evaluate }))

/** Switches built-in policies of an organization on, and all others off. */
export const switchOn = (company: Company, policies: PolicySettings): Promise<void> =>
  run('update organization set policies = ? where id = ?', JSON.stringify(policies), company.id)
