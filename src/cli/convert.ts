import { resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type Command, Option } from 'commander'
import type { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule } from '../ports/core.js'
import { collect, define, type ExitCode, usage } from './command.js'
import { ParquetFiles, type TableSchema } from './convert-parquet.js'
import { timeOf } from './moment.js'
import { OutputFolder } from './output-folder.js'
import { withTape } from './source.js'
import { count, size, table, type Ui } from './ui.js'

interface ConvertOptions {
  readonly to: 'csv' | 'parquet' | 'tardis'
  readonly out: string
  readonly kind?: readonly string[]
  readonly instrument?: readonly string[]
  readonly from?: string
  readonly until?: string
  readonly gzip?: boolean
}

interface Wanted {
  /** The first block, and the one behind the last. */
  readonly first: number
  readonly end: number
  readonly tables: readonly TableSchema[]
}

interface Pieces {
  readonly pieces: readonly { readonly file: string; readonly length: number }[]
}

interface Finished {
  readonly events: number
  readonly written: {
    readonly leftOut: Readonly<Record<string, number>>
    readonly cutTimes: number
    readonly files: Readonly<Record<string, number>>
  }
}

interface ConvertReport {
  readonly format: string
  readonly events: number
  readonly files: readonly {
    readonly name: string
    readonly rows: number
    readonly bytes: number
  }[]
  /** Events that the format has no place for, by reason. */
  readonly leftOut: Readonly<Record<string, number>>
  /** Events whose times are finer than the format's. */
  readonly cutTimes: number
}

export function addConvert(program: Command, exit: ExitCode): void {
  const command = program
    .command('convert')
    .description('a tape in formats that others read: docs/formats/convert.md')
    .argument('<tape>', 'a tape, or a journal, which is compiled to one first')
    .addOption(
      new Option('--to <format>', 'what to write')
        .choices(['csv', 'parquet', 'tardis'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <folder>', 'the folder to write, which is not there yet')
    .option('--kind <table>', 'trades, depth, quotes, orders, …: that alone', collect)
    .option('--instrument <name>', 'that alone', collect)
    .option('--from <moment>', 'an event, a time (ISO, 19 digits of ns), or +seconds')
    .option('--until <moment>', 'likewise; it is the first one that is not written')
    .option('--gzip', 'csv and tardis: each file packed')
  const example = 'tickwright convert btcusdt.tape --to parquet --out btcusdt-parquet --kind trades'
  define<ConvertOptions>(command, exit, example, async ([path = ''], options, { core, ui }) => {
    if (resolve(path) === resolve(options.out))
      throw usage(`--out ${options.out} is the source`, 'give the folder another name')
    if (options.gzip === true && options.to === 'parquet')
      throw usage('--gzip is for csv and tardis: parquet is packed by itself')
    const report = await withTape(core, path, ui, (tape) => convert(core, tape, options, ui))
    return { document: report, text: () => convertText(report, options.out) }
  })
}

async function convert(
  core: CoreModule,
  tape: TapeFile,
  options: ConvertOptions,
  ui: Ui,
): Promise<ConvertReport> {
  const tool = core.openTool('convert', convertArguments(options, tape.summary.startNs))
  try {
    const { first, end, tables } = tool.call<Wanted>('index', {}, tape.index).result
    const out = new OutputFolder(options.out)
    try {
      const sink =
        options.to === 'parquet'
          ? await ParquetFiles.open(out, tables)
          : new TextFiles(out, options.gzip === true)
      for (let index = first; index < end; index++) {
        const reply = tool.call<never>('block', { index }, tape.read(index))
        sink.take(reply.result, reply.bytes)
        await ui.progress('writing', index - first, end - first)
      }
      sink.finish()
      const { events, written } = tool.call<Finished>('finish').result
      const rows = sink.rows ?? written.files
      const files = out.files().map((file) => ({ ...file, rows: rows[plain(file.name)] ?? 0 }))
      out.finish()
      const { leftOut, cutTimes } = written
      return { format: options.to, events, files, leftOut, cutTimes }
    } finally {
      out.abandon()
    }
  } finally {
    tool.close()
  }
}

const plain = (name: string): string => name.replace(/\.gz$/, '')

function convertArguments(options: ConvertOptions, startNs: string): object {
  return {
    to: options.to === 'parquet' ? 'columns' : options.to,
    tables: options.kind ?? [],
    instruments: options.instrument ?? [],
    ...bound('from', options.from, startNs),
    ...bound('until', options.until, startNs),
  }
}

/** An event's ordinal, or a time. */
function bound(option: 'from' | 'until', text: string | undefined, startNs: string): object {
  if (text === undefined) return {}
  const end = option === 'from' ? 'from' : 'to'
  if (/^\d{1,15}$/.test(text)) return { [`${end}Event`]: Number(text) }
  return { [`${end}Time`]: String(timeOf(option, text, startNs)) }
}

/** Files of text, appended to as their bytes come. */
class TextFiles {
  readonly rows: undefined
  readonly #out: OutputFolder
  readonly #gzip: boolean

  constructor(out: OutputFolder, gzip: boolean) {
    this.#out = out
    this.#gzip = gzip
  }

  take({ pieces }: Pieces, bytes: Uint8Array): void {
    let at = 0
    for (const { file, length } of pieces) {
      const piece = bytes.subarray(at, at + length)
      at += length
      // Members of a gzip file may follow each other: it unpacks to all of them.
      if (this.#gzip) this.#out.append(`${file}.gz`, gzipSync(piece))
      else this.#out.append(file, piece)
    }
  }

  finish(): void {}
}

function convertText(report: ConvertReport, out: string): string {
  const files = report.files.map(({ name, rows, bytes }) => [`  ${name}`, rows, size(bytes)])
  const left = Object.entries(report.leftOut).map(([reason, n]) => `${count(n)} ${reason}`)
  return [
    `${out}: ${count(report.events)} events as ${report.format}`,
    ...(files.length > 0 ? [table(files)] : []),
    ...(left.length > 0
      ? [`left out, for the format has no place for them: ${left.join(', ')}`]
      : []),
    ...(report.cutTimes > 0
      ? [`${count(report.cutTimes)} events have times finer than a microsecond, which are cut`]
      : []),
  ].join('\n')
}
