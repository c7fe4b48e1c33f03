import type { SessionClock } from './live-driver.js'

/** A live session's clock: the wall is read once, for the epoch; from then on time is monotonic. */
export class SystemClock implements SessionClock {
  /** Nanoseconds since 1970, decimal. */
  readonly epoch: string
  readonly #epochMs: number
  readonly #start: bigint

  /** `epoch`: of the session that a checkpoint was taken of, which goes on. */
  constructor(epoch?: string) {
    const wallMs = Date.now()
    this.epoch = epoch ?? `${wallMs}000000`
    this.#epochMs = Number(BigInt(this.epoch) / 1_000_000n)
    this.#start = process.hrtime.bigint() - (BigInt(wallMs) * 1_000_000n - BigInt(this.epoch))
  }

  now(): number {
    return Number(process.hrtime.bigint() - this.#start)
  }

  wallOffset(): number {
    return (Date.now() - this.#epochMs) * 1e6 - this.now()
  }
}
