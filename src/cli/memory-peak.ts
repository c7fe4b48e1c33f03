import { readFileSync } from 'node:fs'

const EVERY_MS = 20

/** Highest anonymous memory of this process at the moments it was sampled; Linux alone tells it. */
export class MemoryPeak {
  #peak = 0
  #next = 0

  /** Reads at most every 20 ms, so that it does not weigh on what is measured. */
  sample(): void {
    const now = performance.now()
    if (now < this.#next) return
    this.#next = now + EVERY_MS
    this.#peak = Math.max(this.#peak, anonymous())
  }

  /** The peak so far, this moment included; null where the system does not tell. */
  bytes(): number | null {
    this.#peak = Math.max(this.#peak, anonymous())
    return this.#peak > 0 ? this.#peak : null
  }
}

function anonymous(): number {
  try {
    const kib = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]
    return kib === undefined ? 0 : Number(kib) * 1024
  } catch {
    return 0
  }
}
