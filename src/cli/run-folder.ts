// What `replay --out` writes and `diff` reads: a report, and every output in order.
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { StageDigests } from '../ports/core.js'
import { entryTypeNames } from '../protocol/layout.js'
import { usage } from './command.js'

export const RUN_FILE = 'run.json'
const OUTPUTS_FILE = 'outputs.bin'

/** A run's folder while the run goes on. */
export class RunFolder {
  readonly #path: string
  readonly #fd: number

  /** Throws where something that is no run lies there. */
  constructor(path: string) {
    try {
      mkdirSync(path, { recursive: true })
      this.#fd = openSync(join(path, OUTPUTS_FILE), 'w')
    } catch (error) {
      throw usage(`--out ${path}: ${(error as Error).message}`, 'give the path of a folder')
    }
    this.#path = path
  }

  append(outputs: Uint8Array): void {
    for (let done = 0; done < outputs.length; ) done += writeSync(this.#fd, outputs, done)
  }

  finish(report: object): void {
    writeFileSync(join(this.#path, RUN_FILE), `${JSON.stringify(report, null, 2)}\n`)
  }

  close(): void {
    closeSync(this.#fd)
  }
}

/** The report of a run, as far as a comparison needs it. */
export interface RunReport {
  readonly events: number
  readonly digest: StageDigests
}

/** Throws `E_IO`, `E_RUN`. */
export function readRun(path: string): RunReport {
  const file = join(path, RUN_FILE)
  const text = readFileSync(file, 'utf8')
  try {
    const run = JSON.parse(text) as RunReport
    if (typeof run.digest?.all === 'string') return run
    throw new SyntaxError('it holds no digest')
  } catch (error) {
    const seen = `not the report of a run: ${(error as Error).message}`
    throw new TickwrightError('E_RUN', seen, { at: file, hint: 'write the run anew' })
  }
}

/** One output as a run keeps it. */
export interface RunOutput {
  readonly type: string
  readonly leg: number
  readonly causeSeq: number
  /** Nanoseconds since 1970. */
  readonly stamp: string
  readonly payload: Buffer
}

/** Type, leg (4 bytes each), cause, stamp, length (8 each), then the payload: as the core encodes them. */
const HEADER = 32
const READ_BYTES = 1 << 20

/** A run's outputs in order, with a window of the file in memory. Throws `E_IO`, `E_RUN`. */
export function* runOutputs(path: string): Generator<RunOutput> {
  const file = join(path, OUTPUTS_FILE)
  const fd = openSync(file, 'r')
  try {
    let window = Buffer.alloc(0)
    for (let offset = 0; ; ) {
      const length = window.length < HEADER ? 0 : Number(window.readBigUInt64LE(24))
      const whole = HEADER + length
      if (window.length >= whole) {
        yield output(window, whole)
        window = window.subarray(whole)
        continue
      }
      const more = Buffer.alloc(Math.max(READ_BYTES, whole))
      const read = readSync(fd, more, 0, more.length, offset)
      if (read === 0 && window.length === 0) return
      if (read === 0) throw new TickwrightError('E_RUN', 'it ends within an output', { at: file })
      offset += read
      window = Buffer.concat([window, more.subarray(0, read)])
    }
  } finally {
    closeSync(fd)
  }
}

const output = (window: Buffer, end: number): RunOutput => ({
  type: entryTypeNames[window.readUInt32LE(0)] ?? 'unknown',
  leg: window.readUInt32LE(4),
  causeSeq: Number(window.readBigUInt64LE(8)),
  stamp: String(window.readBigInt64LE(16)),
  payload: window.subarray(HEADER, end),
})

/** An output in one line, for people. */
export function outputText(output: RunOutput | undefined): string {
  if (output === undefined) return 'nothing: the run ends'
  const { type, stamp, payload } = output
  if (type !== 'note') return `${type} at ${stamp}: ${payload.toString('hex').slice(0, 96)}`
  const values = Array.from({ length: payload.readUInt32LE(4) }, (_, i) =>
    payload.readDoubleLE(8 + 8 * i),
  )
  const label = payload.subarray(8 + 8 * values.length).toString('utf8')
  return `note ${label} [${values.join(', ')}] of strategy ${payload.readUInt32LE(0)} at ${stamp}`
}
