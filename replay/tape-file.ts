import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { Instrument } from '../src/domain/instrument.js'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import type { CoreModule, CorePort, ToolPort } from '../src/ports/core.js'
import type { BlockSource } from './replay-driver.js'

interface Range {
  readonly offset: number
  readonly length: number
}

/** What a tape's index says; the keys of `inspect --json`. */
export interface TapeSummary {
  readonly schemaVersion: number
  readonly engineVersion: string
  readonly codec: string
  readonly blockEvents: number
  readonly instruments: readonly Instrument[]
  readonly sources: readonly string[]
  readonly events: number
  readonly rows: number
  readonly byKind: Readonly<Record<string, number>>
  readonly blocks: number
  readonly startNs: string
  readonly endNs: string
  readonly firstTsRecv: string | null
  readonly lastTsRecv: string | null
  readonly firstTsEvent: string | null
  readonly lastTsEvent: string | null
  readonly contentHash: string
  readonly finished: boolean
  readonly tornBytes: number
  readonly venueOrderClamped: number
  readonly origins: readonly {
    readonly name: string
    readonly sha256: string
    readonly bytes: number
  }[]
  readonly clockCorrections: readonly object[]
  readonly report: unknown
}

/** An open tape: its index, and where each block lies. */
export class TapeFile implements BlockSource {
  readonly path: string
  readonly summary: TapeSummary
  /** The index as the core takes it. */
  readonly index: Uint8Array
  readonly #tool: ToolPort
  #session: CorePort | undefined

  private constructor(path: string, summary: TapeSummary, index: Uint8Array, tool: ToolPort) {
    this.path = path
    this.summary = summary
    this.index = index
    this.#tool = tool
  }

  /** Reads head, trailer and footer; a tape without a footer is scanned. Throws `E_TAPE_…`, `E_IO`. */
  static open(core: CoreModule, path: string): TapeFile {
    const fd = openForReading(path)
    try {
      const { size } = fstatSync(fd)
      const tool = core.openTool('tape', { length: size })
      let wants = tool.call<Range | null>('wants').result
      while (wants !== null) {
        wants = tool.call<Range | null>('supply', {}, readRange(fd, path, wants)).result
      }
      const { result, bytes } = tool.call<TapeSummary>('index')
      return new TapeFile(path, result, bytes, tool)
    } catch (error) {
      throw inFile(path, error)
    } finally {
      closeSync(fd)
    }
  }

  /** The session whose window blocks are supplied to. */
  attach(session: CorePort): this {
    this.#session = session
    return this
  }

  /** Where a block lies in the file. */
  range(index: number): Range {
    const range = this.#tool.call<Range | null>('block', { index }).result
    if (range === null) throw new TickwrightError('E_INVARIANT', `there is no block ${index}`)
    return range
  }

  /** The bytes of a block. */
  read(index: number): Uint8Array {
    const fd = openForReading(this.path)
    try {
      return readRange(fd, this.path, this.range(index))
    } finally {
      closeSync(fd)
    }
  }

  supply(index: number): void {
    const { offset, length } = this.range(index)
    this.#session?.supply(this.path, offset, length)
  }
}

function openForReading(path: string): number {
  const refused = (why: string, cause?: unknown): TickwrightError =>
    new TickwrightError('E_IO', `cannot open: ${why}`, {
      at: path,
      category: 'data',
      hint: 'give the path of a tape or a journal',
      cause,
    })
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    throw refused((error as Error).message, error)
  }
  if (fstatSync(fd).isFile()) return fd
  closeSync(fd)
  throw refused('it is no file, and no journal lies in it')
}

function readRange(fd: number, path: string, { offset, length }: Range): Uint8Array {
  const bytes = new Uint8Array(length)
  let done = 0
  while (done < length) {
    const read = readSync(fd, bytes, done, length - done, offset + done)
    if (read === 0)
      throw new TickwrightError('E_TAPE_TRUNCATED', 'the file became shorter', { at: path })
    done += read
  }
  return bytes
}

/** Names the file in an error that knows only the byte. */
export function inFile(path: string, error: unknown): unknown {
  if (!(error instanceof TickwrightError) || error.at.startsWith(path)) return error
  const at = error.at === '' ? path : `${path}, ${error.at}`
  const { message, hint, category } = error
  return new TickwrightError(error.code, message, { at, hint, category, cause: error })
}
