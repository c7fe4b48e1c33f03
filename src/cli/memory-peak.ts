import { openSync, readSync } from 'node:fs'

/** Longer than `/proc/self/status` is in front of what we read. */
const ROOM = 4_096
const EVERY_MS = 20

/**
 * Highest anonymous memory of this process at the moments it was sampled; Linux alone tells it. Sampling
 * keeps one buffer and makes no garbage: what is measured must not grow by being measured.
 */
export class MemoryPeak {
  #peak = 0
  #next = 0
  readonly #status = open()
  readonly #text = Buffer.alloc(ROOM)

  /** Reads at most every 20 ms, so that it does not weigh on what is measured. */
  sample(): void {
    const now = performance.now()
    if (now < this.#next) return
    this.#next = now + EVERY_MS
    this.#read()
  }

  /** The peak so far, this moment included; null where the system does not tell. */
  bytes(): number | null {
    this.#read()
    return this.#peak > 0 ? this.#peak : null
  }

  #read(): void {
    if (this.#status === undefined) return
    const length = readSync(this.#status, this.#text, 0, ROOM, 0)
    this.#peak = Math.max(this.#peak, 1024 * kibibytes(this.#text.subarray(0, length)))
  }
}

/** Stays open as long as the process. */
function open(): number | undefined {
  try {
    return openSync('/proc/self/status', 'r')
  } catch {
    return undefined
  }
}

const LABEL = 'RssAnon:'
const [ZERO, NINE, LINE_END] = [0x30, 0x39, 0x0a]

/** The number behind the label, 0 where it is not there. */
function kibibytes(status: Buffer): number {
  const at = status.indexOf(LABEL, 0, 'latin1')
  if (at < 0) return 0
  let value = 0
  for (let i = at + LABEL.length; i < status.length && status[i] !== LINE_END; i++) {
    const byte = status[i] as number
    if (byte >= ZERO && byte <= NINE) value = 10 * value + byte - ZERO
  }
  return value
}
