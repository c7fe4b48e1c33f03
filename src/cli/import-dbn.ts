import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { TickwrightError } from '../errors/tickwright-error.js'
import { usage } from './command.js'
import type { ImportOptions } from './import.js'
import type { ImportReport } from './import-text.js'
import type { OutputFile } from './output-file.js'
import type { Ui } from './ui.js'
import { storedFile } from './unpack.js'

/** The checkout: this file lies in `dist/src/cli` once compiled. */
const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const MANIFEST = join(ROOT, 'native/dbn/Cargo.toml')
const TARGET = join(ROOT, 'target/dbn')
const PROGRAM = join(
  TARGET,
  'release',
  `tickwright-dbn${process.platform === 'win32' ? '.exe' : ''}`,
)

const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd])

/** A line of the program: `native/dbn/src/main.rs`. */
interface Said {
  readonly progress?: { readonly done: number; readonly total: number }
  readonly report?: ImportReport
  readonly error?: object
}

/** Whether a file is Databento's, or zstd: the program looks inside, and says where it is something else. */
export function isDbn(path: string): boolean {
  const start = Buffer.alloc(ZSTD.length)
  try {
    const fd = openSync(path, 'r')
    try {
      readSync(fd, start, 0, start.length, 0)
    } finally {
      closeSync(fd)
    }
  } catch {
    return false
  }
  return start.equals(ZSTD) || start.subarray(0, 3).toString('latin1') === 'DBN'
}

/** Files of Databento, read by a program of their own, which is built when it is first needed. */
export async function importDbn(
  paths: readonly string[],
  options: ImportOptions,
  out: OutputFile,
  ui: Ui,
): Promise<ImportReport> {
  const other = paths.find((path) => !isDbn(path))
  if (other !== undefined) throw usage(`${other} is no DBN file`, 'import files of one format')
  if (options.venue !== undefined || options.instrument !== undefined)
    throw usage('--venue and --instrument are not for DBN files', 'they tell both themselves')
  if (options.format !== undefined && options.format !== 'dbn')
    throw usage(`--format ${options.format}: the files are DBN`)
  const files = []
  for (const path of paths) files.push({ path, ...(await storedFile(path)) })
  await build(ui)
  return run(requestOf(files, options, out), ui)
}

function requestOf(files: readonly object[], options: ImportOptions, out: OutputFile): string {
  return JSON.stringify({
    files,
    out: out.draft,
    codec: options.codec,
    blockEvents: options.block,
    strict: options.strict === true,
    noQuotes: !options.quotes,
  })
}

/** Quick where nothing changed. Throws `E_MISSING_CARGO`, `E_SETUP`. */
async function build(ui: Ui): Promise<void> {
  ui.remark('building the reader of DBN files, where that is not done yet')
  const args = ['build', '--release', '--locked', '--bins', '--manifest-path', MANIFEST]
  const cargo = spawn('cargo', args, {
    env: { ...process.env, CARGO_TARGET_DIR: TARGET, CARGO_TERM_COLOR: 'never' },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let said = ''
  cargo.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk}`.slice(-4_000)
  })
  const { code, error } = await endOf(cargo, ui)
  if (error !== undefined) {
    throw new TickwrightError('E_MISSING_CARGO', `DBN files need cargo: ${error.message}`, {
      hint: 'install Rust (rustup.rs), or have the data as CSV and import that',
    })
  }
  if (code !== 0) {
    throw new TickwrightError('E_SETUP', `the reader of DBN files was not built:\n${said.trim()}`, {
      at: MANIFEST,
      hint: 'see the reason above; crates come from the registry when it is built first',
    })
  }
}

async function run(request: string, ui: Ui): Promise<ImportReport> {
  const program = spawn(PROGRAM, [], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = endOf(program, ui)
  // Heard below; until then a signal may have ended it.
  ended.catch(() => {})
  program.stdin.on('error', () => {})
  program.stdin.end(request)
  const last = await lastSaid(program.stdout, ui)
  const { code, error } = await ended
  if (last.error !== undefined) throw TickwrightError.fromCore(JSON.stringify(last.error))
  if (last.report !== undefined && code === 0) return last.report
  const why = error?.message ?? `it ended with ${code}`
  throw new TickwrightError('E_CORE_REPLY', `the reader of DBN files gave no report: ${why}`)
}

/** Shows progress; what is no progress is the last thing said. */
async function lastSaid(stdout: Readable, ui: Ui): Promise<Said> {
  let last: Said = {}
  for await (const line of createInterface({ input: stdout })) {
    if (ui.interrupted) continue
    last = JSON.parse(line) as Said
    const { done = 0, total = 0 } = last.progress ?? {}
    if (last.progress) await ui.progress(total === 0 ? 'surveying' : 'reading', done, total)
  }
  return last
}

interface End {
  readonly code: number | null
  readonly error?: Error
}

/** How a process ends; a signal that ends the command ends it too. */
async function endOf(child: ChildProcess, ui: Ui): Promise<End> {
  const ended = new Promise<End>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }))
    child.once('close', (code) => resolve({ code }))
  })
  for (;;) {
    const tick = new Promise<undefined>((resolve) => setTimeout(resolve, 50, undefined).unref())
    const end = await Promise.race([ended, tick])
    if (end !== undefined) return end
    try {
      await ui.breathe()
    } catch (error) {
      child.kill()
      await ended
      throw error
    }
  }
}
