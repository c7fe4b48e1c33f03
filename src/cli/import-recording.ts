import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { CoreModule, ToolPort } from '../ports/core.js'
import { type ImportOptions, importArguments } from './import.js'
import type { ImportReport } from './import-text.js'
import type { OutputFile } from './output-file.js'
import { withTemporaryFolder } from './temporary.js'
import type { Ui } from './ui.js'
import { type StoredFile, storedFile, unpacked } from './unpack.js'

/** Gets the bytes of each of the core's replies, in order. */
export type Take = (bytes: Uint8Array) => void | Promise<void>

interface Plan {
  readonly needsRandomAccess: boolean
}

/** A recording on its way: the core says what it wants, this reads and writes. */
export class Recording {
  readonly paths: readonly string[]
  readonly files: readonly StoredFile[]
  readonly tool: ToolPort
  readonly #ui: Ui
  readonly #total: number

  private constructor(
    paths: readonly string[],
    files: readonly StoredFile[],
    tool: ToolPort,
    ui: Ui,
  ) {
    this.paths = paths
    this.files = files
    this.tool = tool
    this.#ui = ui
    this.#total = files.reduce((sum, file) => sum + file.bytes, 0)
  }

  static async open(
    core: CoreModule,
    paths: readonly string[],
    args: object,
    ui: Ui,
  ): Promise<Recording> {
    const files: StoredFile[] = []
    for (const path of paths) files.push(await storedFile(path))
    return new Recording(
      paths,
      files,
      core.openTool('import', { ...args, files: paths.length }),
      ui,
    )
  }

  /** Finds format, venue, instruments and scales: from the beginning, or from the whole recording. */
  async survey(whole: boolean): Promise<Plan> {
    this.tool.call('survey', { whole })
    await this.#survey()
    return this.tool.call<Plan>('plan').result
  }

  async #survey(): Promise<void> {
    const enough = (reply: { result: { enough: boolean } }): boolean => reply.result.enough
    for (const [index, path] of this.paths.entries()) {
      this.tool.call('begin', { name: this.files[index]?.name ?? path })
      for await (const chunk of unpacked(path, () => {})) {
        if (enough(this.#chunk(path, 'chunk', {}, chunk))) return
        await this.#ui.breathe()
      }
      if (enough(this.#chunk(path, 'end', {}))) return
    }
  }

  /** Hands all files to the core once more; `take` gets the bytes of each reply. */
  async read(plan: Plan, take: Take): Promise<void> {
    if (plan.needsRandomAccess) await this.#readSpooled(take)
    else await this.#readStream(take)
  }

  async #readStream(take: Take): Promise<void> {
    let done = 0
    for (const [index, path] of this.paths.entries()) {
      const { name, sha256, bytes } = this.files[index] as StoredFile
      this.tool.call('begin', { name })
      const onStored = (n: number): void => {
        done += n
      }
      for await (const chunk of unpacked(path, onStored)) {
        await take(this.#chunk(path, 'chunk', {}, chunk).bytes)
        await this.#ui.progress('reading', done, this.#total, 'bytes')
      }
      await take(this.#chunk(path, 'end', { name, sha256, bytes }).bytes)
    }
  }

  /** Records out of order: unpacked to a file, from which the core asks for what it wants next. */
  async #readSpooled(take: Take): Promise<void> {
    await withTemporaryFolder(async (folder) => {
      const fd = openSync(join(folder, 'spool'), 'w+')
      try {
        for (const [index, path] of this.paths.entries()) {
          const { name, sha256, bytes } = this.files[index] as StoredFile
          for await (const chunk of unpacked(path, () => {})) {
            writeAll(fd, chunk)
            await this.#ui.breathe()
          }
          this.tool.call('begin', { name })
          await take(this.#chunk(path, 'end', { name, sha256, bytes }).bytes)
        }
        await this.#provide(fd, take)
      } finally {
        closeSync(fd)
      }
    })
  }

  async #provide(fd: number, take: Take): Promise<void> {
    const wanted = () => this.tool.call<{ offset: number; length: number } | null>('wanted').result
    for (let want = wanted(); want !== null; want = wanted()) {
      const bytes = Buffer.alloc(want.length)
      const read = readSync(fd, bytes, 0, want.length, want.offset)
      await take(this.tool.call('provide', {}, bytes.subarray(0, read)).bytes)
      await this.#ui.breathe()
    }
  }

  #chunk(path: string, op: string, args: object, bytes?: Uint8Array) {
    try {
      return this.tool.call<{ enough: boolean }>(op, args, bytes)
    } catch (error) {
      throw named(path, error)
    }
  }
}

/** Names the whole path where an error has the file's name or nothing. */
function named(path: string, error: unknown): unknown {
  if (!(error instanceof TickwrightError) || error.at !== '') return error
  return error.placed(path)
}

function writeAll(fd: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.length) done += writeSync(fd, bytes, done)
}

/** Recordings of one stream to a tape. */
export async function importRecording(
  core: CoreModule,
  paths: readonly string[],
  options: ImportOptions,
  out: OutputFile,
  ui: Ui,
): Promise<ImportReport> {
  const args = importArguments(options)
  if (options.repair?.includes('clock-shift') !== true) {
    return await importOnce(core, paths, args, out, ui)
  }
  // The first reading measures how far the recorder's clock runs behind, the second one shifts.
  const measured = await importOnce(core, paths, args, NOWHERE, ui)
  const clockShiftNs = measured.report.negativeLatency.shiftNeededNs
  return await importOnce(core, paths, { ...args, clockShiftNs }, out, ui)
}

type Sink = Pick<OutputFile, 'write' | 'restart'>
const NOWHERE: Sink = { write: () => {}, restart: () => {} }

async function importOnce(
  core: CoreModule,
  paths: readonly string[],
  args: object,
  out: Sink,
  ui: Ui,
): Promise<ImportReport> {
  const recording = await Recording.open(core, paths, args, ui)
  try {
    return await convert(recording, false, out)
  } catch (error) {
    // What the beginning of the recording did not foresee: a later instrument, a finer scale.
    if (!(error instanceof TickwrightError) || error.code !== 'E_IMPORT_PLAN') throw error
    ui.remark(`${error.message}; reading the whole recording first`)
    out.restart()
    return await convert(recording, true, out)
  } finally {
    recording.tool.close()
  }
}

async function convert(recording: Recording, whole: boolean, out: Sink): Promise<ImportReport> {
  const plan = await recording.survey(whole)
  recording.tool.call('import', { origins: recording.files })
  await recording.read(plan, (bytes) => out.write(bytes))
  const { result, bytes } = recording.tool.call<ImportReport>('finish')
  out.write(bytes)
  return result
}
