import type { CoreModule, CorePort } from '../../ports/core.js'

/**
 * The core's mathematics without a session of one's own: a strategy is loaded before its session can be
 * opened.
 */
export function lazyMath(openSession: CoreModule['openSession']): CoreModule['math'] {
  let session: CorePort | undefined
  return (fn, x, y) => {
    session ??= openSession({ mode: 'live', config: { epoch: '0' } })
    return session.math(fn, x, y)
  }
}
