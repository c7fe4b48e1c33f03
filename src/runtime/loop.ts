import type { CorePort } from '../ports/core.js'
import { Code } from '../protocol/layout.js'

/** Codes below this go to the engine, the others to the driver. */
const FIRST_DRIVER_CODE = Code.Send

/** The one transition of decisions; the same function object in both drivers. */
export type Step = (code: number) => void

/** What a driver does with a code of its own; returns the next code. */
export type Serve = (code: number) => number

/**
 * Hands codes to the engine or the driver until the core is idle. Live and replay differ in what they
 * feed and serve, not here.
 */
export function drain(core: CorePort, step: Step, serve: Serve, code: number): void {
  let next = code
  while (next !== Code.Idle) {
    if (next < FIRST_DRIVER_CODE) {
      step(next)
      next = core.resume()
    } else {
      next = serve(next)
    }
  }
}
