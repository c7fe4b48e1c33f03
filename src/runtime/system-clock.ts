import type { SessionClock } from './live-driver.js'

/** A live session's clock: the wall is read once, for the epoch; from then on time is monotonic. */
export class SystemClock implements SessionClock {
  /** Nanoseconds since 1970, decimal. */
  readonly epoch: string
  readonly #epochMs: number
  readonly #start: bigint

  constructor() {
    this.#epochMs = Date.now()
    this.#start = process.hrtime.bigint()
    this.epoch = `${this.#epochMs}000000`
  }

  now(): number {
    return Number(process.hrtime.bigint() - this.#start)
  }

  wallOffset(): number {
    return (Date.now() - this.#epochMs) * 1e6 - this.now()
  }
}
