import { readFileSync } from 'node:fs'

/** Highest anonymous memory of this process at the moments it was sampled; Linux alone tells it. */
export class MemoryPeak {
  #peak = 0

  sample(): void {
    this.#peak = Math.max(this.#peak, anonymous())
  }

  bytes(): number | null {
    this.sample()
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
