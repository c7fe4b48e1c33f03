import { statSync } from 'node:fs'
import type { Command } from 'commander'
import type { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule, ToolPort } from '../ports/core.js'
import { define, type ExitCode, usage } from './command.js'
import { openParquet, type ParquetFile } from './convert-parquet.js'
import { bytesOf, readFeatureSet } from './feature-set.js'
import { timeOf } from './moment.js'
import { OutputFile } from './output-file.js'
import { addRowOptions, planOf, type RowOptions, refuseSource } from './row-options.js'
import { withTape } from './source.js'
import { count, size, table, type Ui } from './ui.js'

interface ComputeOptions extends RowOptions {
  readonly out: string
  readonly from?: string
  readonly until?: string
}

interface Opened {
  readonly columns: readonly string[]
  readonly instruments: readonly string[]
  /** Identity of the set. */
  readonly set: string
}

interface Chunk {
  readonly done: boolean
  /** No later block has rows. */
  readonly ended: boolean
  readonly rows: number
}

interface Computed {
  readonly rows: number
  readonly columns: readonly string[]
  /** Of times, instruments and values, whatever the format. */
  readonly hash: string
  readonly nulls: Readonly<Record<string, number>>
  readonly set: string
  readonly bytes: number
}

export function addCompute(group: Command, exit: ExitCode): void {
  const command = group
    .command('compute')
    .description('rows of a feature set as a table: time, instrument, values; empty where null')
    .argument('<tape>', 'a tape, or a journal, which is compiled to one first')
    .requiredOption('--out <file>', 'the file to write, .csv or .parquet')
    .option('--from <moment>', 'rows from then on: a time (ISO, 19 digits of ns) or +seconds')
    .option('--until <moment>', 'likewise; the first moment without rows')
  addRowOptions(command)
  const example =
    'tickwright features compute btcusdt.tape --set set.yaml --out rows.parquet --every 100ms'
  define<ComputeOptions>(command, exit, example, async ([path = ''], options, { core, ui }) => {
    if (!/\.(csv|parquet)$/.test(options.out))
      throw usage(`--out ${options.out} must end in .csv or .parquet`)
    refuseSource(options.out, [path, options.set])
    const set = await readFeatureSet(core, options.set)
    const document = await withTape(core, path, ui, (tape) => compute(core, tape, set, options, ui))
    return { document, text: () => computedText(options.out, document) }
  })
}

async function compute(
  core: CoreModule,
  tape: TapeFile,
  set: object,
  options: ComputeOptions,
  ui: Ui,
): Promise<Computed> {
  const isParquet = options.out.endsWith('.parquet')
  const { startNs } = tape.summary
  const plan = {
    ...planOf(options),
    ...(options.from === undefined
      ? {}
      : { fromTime: String(timeOf('from', options.from, startNs)) }),
    ...(options.until === undefined
      ? {}
      : { toTime: String(timeOf('until', options.until, startNs)) }),
  }
  const tool = core.openTool('featureRows', { format: isParquet ? 'columns' : 'csv', plan })
  try {
    tool.call('set', {}, bytesOf(set))
    const { result: opened, bytes: begin } = tool.call<Opened>('index', {}, tape.index)
    const out = new OutputFile(options.out)
    try {
      const file = isParquet ? await parquet(out.draft, opened) : undefined
      out.write(begin)
      await eachChunk(tool, tape, ui, (rows, bytes) => {
        if (file === undefined) out.write(bytes)
        else file.take(bytes, rows, opened.instruments)
      })
      file?.finish()
      const { rows, hash, nulls } = report(tool, opened)
      const { size: bytes } = statSync(out.draft)
      out.finish()
      return { rows, columns: opened.columns, hash, nulls, set: opened.set, bytes }
    } finally {
      out.abandon()
    }
  } finally {
    tool.close()
  }
}

/** Rows block by block, each block in as many pieces as memory wants. */
async function eachChunk(
  tool: ToolPort,
  tape: TapeFile,
  ui: Ui,
  take: (rows: number, bytes: Uint8Array) => void,
): Promise<void> {
  const { blocks } = tape.summary
  const pieces = async (op: string, index: number, block?: Uint8Array): Promise<boolean> => {
    for (;;) {
      const { result, bytes } = tool.call<Chunk>(op, op === 'block' ? { index } : {}, block)
      if (result.rows > 0) take(result.rows, bytes)
      await ui.progress('computing', index, blocks)
      if (result.done) return result.ended
    }
  }
  for (let index = 0; index < blocks; index++) {
    if (await pieces('block', index, tape.read(index))) break
  }
  await pieces('finish', blocks)
}

function parquet(path: string, { columns }: Opened): Promise<ParquetFile> {
  const value = (name: string) => ({ name, kind: 'amount', nullable: true, scale: null }) as const
  return openParquet(path, [
    { name: 'time', kind: 'time', nullable: false, scale: null },
    { name: 'instrument', kind: 'word', nullable: false, scale: null },
    ...columns.map(value),
  ])
}

function report(tool: ToolPort, { columns }: Opened) {
  interface Report {
    readonly rows: number
    readonly hash: string
    readonly nulls: readonly number[]
  }
  const { rows, hash, nulls } = tool.call<Report>('report').result
  return {
    rows,
    hash,
    nulls: Object.fromEntries(columns.map((name, at) => [name, nulls[at] ?? 0])),
  }
}

function computedText(path: string, { rows, bytes, hash, nulls, set }: Computed): string {
  const columns = Object.entries(nulls).map(([name, n]) => [`  ${name}`, n, 'null'])
  return [
    `${path}: ${count(rows)} rows, ${size(bytes)}`,
    table(columns),
    `rows ${hash}, set ${set}`,
  ].join('\n')
}
