import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { isJournal } from '../../replay/journal-files.js'
import type { CoreModule } from '../ports/core.js'
import { collect, define, type ExitCode, usage, wholeNumber } from './command.js'
import { importDbn, isDbn } from './import-dbn.js'
import { importJournal } from './import-journal.js'
import { importRecording } from './import-recording.js'
import { type ImportReport, importText } from './import-text.js'
import { OutputFile } from './output-file.js'
import { addTableOptions, type TableOptions, tableArguments } from './table-options.js'
import type { Ui } from './ui.js'

export interface ImportOptions extends TableOptions {
  readonly out: string
  readonly format?: string
  readonly venue?: string
  readonly codec?: string
  readonly block?: number
  readonly strict?: boolean
  readonly quotes: boolean
  readonly instrument?: readonly string[]
  readonly repair?: readonly string[]
}

/** Arguments of the core's import tool. */
export function importArguments(options: ImportOptions): object {
  const told = options.instrument?.map((path) => toldInstruments(path)).join(',')
  return {
    ...(options.format === undefined ? {} : { format: options.format }),
    ...(options.venue === undefined ? {} : { venue: options.venue }),
    ...(options.codec === undefined ? {} : { codec: options.codec }),
    ...(options.block === undefined ? {} : { blockEvents: options.block }),
    ...(told === undefined || told === '' ? {} : { told: `[${told}]` }),
    ...(options.repair === undefined ? {} : { repairs: options.repair }),
    rows: tableArguments(options),
    strict: options.strict === true,
    noQuotes: !options.quotes,
  }
}

/** Contents of `--instrument FILE`: one object, or a list of them. */
function toldInstruments(path: string): string {
  try {
    const text = readFileSync(path, 'utf8').trim()
    return text.startsWith('[') ? text.slice(1, -1) : text
  } catch (error) {
    throw usage(`cannot read --instrument ${path}: ${(error as Error).message}`)
  }
}

/** A tape is never written over what it is made of. */
function requireOther(sources: readonly string[], out: string): void {
  const source = sources.find((path) => resolve(path) === resolve(out))
  if (source === undefined) return
  throw usage(`--out ${out} is one of the sources`, 'give the tape another name')
}

export function addImport(program: Command, exit: ExitCode): void {
  const command = program
    .command('import')
    .description('recordings, tables or a journal become a tape; several files are one stream')
    .argument(
      '<source...>',
      'captures or tables (plain, gzip, zip, Parquet), DBN files, or one journal',
    )
    .requiredOption('--out <tape>', 'the tape to write')
    .option('--format <name>', 'recognised where it is left away: see docs/formats')
    .option('--venue <name>', 'where the recording does not tell it')
    .option('--codec <name>', 'none, delta or delta+zstd', 'delta')
    .option('--block <events>', 'events a block', wholeNumber('block', 1))
    .option('--strict', 'a refused frame or a change of fields ends the import')
    .option('--no-quotes', 'leave best quotes out')
    .option('--repair <what>', 'clock-shift, drop-duplicates or sort; may be repeated', collect)
    .option(
      '--instrument <file>',
      'JSON with symbol, priceScale, quantityScale, tickSize, lotSize',
      collect,
    )
  addTableOptions(command)
  const example = 'tickwright import btcusdt_20240808.gz btcusdt_20240809.gz --out btcusdt.tape'
  define<ImportOptions>(command, exit, example, async (sources, options, { core, ui }) => {
    requireOther(sources, options.out)
    const out = new OutputFile(options.out)
    try {
      const report = await importAny(core, sources, options, out, ui)
      out.finish()
      return { document: report, text: () => importText(report, options.out) }
    } finally {
      out.abandon()
    }
  })
}

/** By what the sources are. */
function importAny(
  core: CoreModule,
  sources: readonly string[],
  options: ImportOptions,
  out: OutputFile,
  ui: Ui,
): Promise<ImportReport> {
  if (sources.some(isJournal)) return importJournal(core, sources, options, out, ui)
  if (sources.some(isDbn)) return importDbn(sources, options, out, ui)
  return importRecording(core, sources, options, out, ui)
}
