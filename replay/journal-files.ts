import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import type { CoreConfig, CoreModule, CorePort } from '../src/ports/core.js'
import {
  CHECKPOINT_FILE,
  type CheckpointReference,
  describeCheckpoint,
} from '../src/runtime/checkpoint.js'
import type { BlockSource } from './replay-driver.js'
import { inFile } from './tape-file.js'

/** What reading a whole journal has shown. */
export interface JournalReport {
  readonly segments: number
  readonly entries: number
  readonly inputs: number
  readonly outputs: number
  readonly byType: Readonly<Record<string, number>>
  readonly lastSeq: number | null
  readonly lastStepEndSeq: number | null
  readonly tornBytes: number
  readonly missingBytes: number
  readonly closed: boolean
  readonly epochNs: string
  readonly lastStampNs: string
  /** The last segment but one, where the writer died between two. */
  readonly unclosedSegment: number | null
  readonly config: JournaledConfig | null
  /** Of a session that went on from one. */
  readonly checkpoint: CheckpointReference | null
}

/** The first input of a session: all that is needed to open it again. */
export interface JournaledConfig {
  readonly core: CoreConfig
  readonly strategies: readonly JournaledStrategy[]
}

export interface JournaledStrategy {
  /** Name of a shipped one, or the path that was given. */
  readonly source: string
  readonly sourceHash: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Whether a path is a journal: a directory with a first segment. */
export const isJournal = (path: string): boolean =>
  existsSync(join(path, '000000.twj')) && statSync(path).isDirectory()

/** The files of a journal at rest. */
export class JournalFiles implements BlockSource {
  readonly path: string
  readonly segments: readonly string[]
  readonly manifest: Uint8Array
  #session: CorePort | undefined

  constructor(path: string) {
    this.path = path
    const names = list(path).filter((name) => /^\d{6}\.twj$/.test(name))
    names.forEach((name, index) => {
      if (Number(name.slice(0, 6)) === index) return
      throw new TickwrightError(
        'E_JOURNAL_CHAIN',
        `segment ${index} is missing, ${name} is there`,
        {
          at: join(path, `${String(index).padStart(6, '0')}.twj`),
          hint: 'a journal is read whole: bring all its segments back',
        },
      )
    })
    if (names.length === 0) {
      throw new TickwrightError('E_JOURNAL_EMPTY', 'the directory holds no segment', {
        at: path,
        hint: 'a journal is a directory with 000000.twj and manifest.json',
      })
    }
    this.segments = names.map((name) => join(path, name))
    this.manifest = new Uint8Array(readFile(join(path, 'manifest.json')))
  }

  /** Checks every segment and their chain. Throws `E_JOURNAL_…` with segment and byte. */
  read(core: CoreModule): JournalReport {
    const tool = core.openTool('journal')
    tool.call('manifest', {}, this.manifest)
    for (const segment of this.segments) {
      try {
        tool.call('segment', {}, readFile(segment))
      } catch (error) {
        throw inFile(segment, error)
      }
    }
    try {
      return tool.call<JournalReport>('report').result
    } catch (error) {
      throw inFile(this.path, error)
    } finally {
      tool.close()
    }
  }

  /** The checkpoint that the session went on from. Throws `E_JOURNAL_CHECKPOINT`, `E_IO`. */
  checkpoint(reference: CheckpointReference): Uint8Array {
    const path = join(this.path, CHECKPOINT_FILE)
    const document = new Uint8Array(readFile(path))
    const { sha256, bytes } = describeCheckpoint(document)
    if (sha256 === reference.sha256) return document
    throw new TickwrightError(
      'E_JOURNAL_CHECKPOINT',
      `the checkpoint has ${bytes} bytes and SHA-256 ${sha256}, the journal names ${reference.sha256}`,
      { at: path, hint: 'bring the file back that the session was restored from' },
    )
  }

  attach(session: CorePort): this {
    this.#session = session
    return this
  }

  supply(index: number): void {
    const path = this.segments[index]
    if (path === undefined) throw new TickwrightError('E_INVARIANT', `there is no segment ${index}`)
    this.#session?.supply(path, 0, statSync(path).size)
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path).sort()
  } catch (error) {
    throw new TickwrightError('E_IO', `cannot read the directory: ${(error as Error).message}`, {
      at: path,
      category: 'data',
      hint: 'a journal is a directory with 000000.twj and manifest.json',
      cause: error,
    })
  }
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new TickwrightError('E_IO', `cannot read: ${(error as Error).message}`, {
      at: path,
      category: 'data',
      cause: error,
    })
  }
}
