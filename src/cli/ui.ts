const BAR = 24
const EVERY_MS = 100
const PLAIN_EVERY_MS = 5_000
/** How long work goes on without looking at signals. */
const BREATHE_EVERY_MS = 50

/** The user ended the command (Ctrl-C, or a signal to terminate). */
export class Interrupted extends Error {
  constructor() {
    super('interrupted')
  }
}

/** Standard output for the result alone, standard error for all else. */
export class Ui {
  readonly #quiet: boolean
  readonly #isTerminal = process.stderr.isTTY === true
  #began = performance.now()
  #last = 0
  #drawn = false
  #interrupted = false
  #nextBreath = performance.now() + BREATHE_EVERY_MS

  constructor(options: { readonly quiet: boolean }) {
    this.#quiet = options.quiet
  }

  result(text: string): void {
    process.stdout.write(`${text}\n`)
  }

  remark(text: string): void {
    if (this.#quiet) return
    this.end()
    process.stderr.write(`${text}\n`)
  }

  get interrupted(): boolean {
    return this.#interrupted
  }

  /** Asks the command to end in good order: its next breath throws `Interrupted`. */
  interrupt(): void {
    this.#interrupted = true
  }

  /** The command has ended in good order what was to be ended, and goes on with its last steps. */
  proceed(): void {
    this.#interrupted = false
  }

  /** Lets signals in now and then; long work calls and awaits it often. Throws `Interrupted`. */
  breathe(): undefined | Promise<void> {
    return performance.now() < this.#nextBreath ? undefined : this.#breathe()
  }

  async #breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#nextBreath = performance.now() + BREATHE_EVERY_MS
    if (this.#interrupted) throw new Interrupted()
  }

  /** Shows where long work stands, and breathes; `total` 0 where nobody knows. */
  progress(
    label: string,
    done: number,
    total: number,
    unit: Unit = 'plain',
  ): undefined | Promise<void> {
    this.#show(label, done, total, unit)
    return this.breathe()
  }

  /** A bar on a terminal, else a line now and then. */
  #show(label: string, done: number, total: number, unit: Unit): void {
    if (this.#quiet) return
    const now = performance.now()
    if (this.#last === 0) this.#began = now
    if (now - this.#last < (this.#isTerminal ? EVERY_MS : PLAIN_EVERY_MS)) return
    const first = this.#last === 0
    this.#last = now
    if (!this.#isTerminal && first) return
    const line = progressLine(label, done, total, (now - this.#began) / 1000, unit)
    process.stderr.write(this.#isTerminal ? `\r\u001b[K${line}` : `${line}\n`)
    this.#drawn = this.#isTerminal
  }

  /** Takes the bar away. */
  end(): void {
    if (this.#drawn) process.stderr.write('\r\u001b[K')
    this.#drawn = false
    this.#last = 0
  }
}

/** What is counted: bytes are shown as sizes. */
type Unit = 'plain' | 'bytes'

function progressLine(
  label: string,
  done: number,
  total: number,
  seconds: number,
  unit: Unit,
): string {
  const amount = unit === 'bytes' ? size : count
  const rate = seconds > 0 ? done / seconds : 0
  if (total <= 0) return `${label}: ${amount(done)}, ${amount(Math.round(rate))}/s`
  const share = Math.min(1, done / total)
  const filled = Math.round(BAR * share)
  const left = rate > 0 ? Math.ceil((total - done) / rate) : 0
  const bar = `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)}`
  return `${label} ${bar} ${Math.round(100 * share)} %, ${amount(Math.round(rate))}/s, ${left} s left`
}

const SIZES = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const

/** 1234567 → "1.23 MB". */
export function size(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < SIZES.length - 1) {
    value /= 1000
    unit += 1
  }
  return `${unit === 0 ? bytes : value.toPrecision(3)} ${SIZES[unit]}`
}

/** With thousands separators. */
export const count = (value: number): string => String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',')

/** Aligned columns; numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map((c) => (typeof c === 'number' ? count(c) : c)))
  const widths = (cells[0] ?? []).map((_, i) =>
    Math.max(...cells.map((row) => row[i]?.length ?? 0)),
  )
  const line = (row: readonly string[], at: number): string =>
    row
      .map((cell, i) => {
        const isNumber = typeof rows[at]?.[i] === 'number'
        const width = widths[i] ?? 0
        return isNumber ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return cells.map(line).join('\n')
}

/** Nanoseconds since 1970 as ISO time with all nine digits. */
export function isoTime(ns: string | null): string {
  if (ns === null) return '–'
  const value = BigInt(ns)
  const seconds = value / 1_000_000_000n - (value < 0n && value % 1_000_000_000n !== 0n ? 1n : 0n)
  const rest = value - seconds * 1_000_000_000n
  const second = new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
  return `${second}.${String(rest).padStart(9, '0')}Z`
}
