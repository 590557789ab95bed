import { createApp } from './app'
import { type Env, readSettings } from './bindings'
import { createContext, type Ports, systemPorts } from './context'
import { runCron } from './jobs/cron'
import { deliverMail, releaseDead } from './jobs/mail'
import { takeMailEvents } from './jobs/mail-events'

/** The worker over its ports: foreign networks and time. */
export const createWorker = (ports: Ports) => {
  const app = createApp(ports)
  const contextOf = (env: Env, execution: ExecutionContext) => {
    const settings = readSettings(env)
    if ('problems' in settings)
      throw new Error(`Not configured: ${settings.problems.map(({ problem }) => problem).join('; ')}`)
    return createContext(env, settings, ports, (work) => execution.waitUntil(work))
  }
  return {
    fetch: (request, env, execution) => app.fetch(request, env, execution),
    queue: async (batch, env, execution) => {
      const ctx = contextOf(env, execution)
      if (batch.queue.endsWith('-dead')) await releaseDead(batch, ctx)
      else if (batch.queue.endsWith('-events')) await takeMailEvents(batch, ctx)
      else await deliverMail(batch, ctx, { provider: ports.mailProvider(ctx.settings), pause: ports.pause })
    },
    scheduled: (controller, env, execution) => runCron(controller.cron, contextOf(env, execution)),
  } satisfies ExportedHandler<Env>
}

export default createWorker(systemPorts)
