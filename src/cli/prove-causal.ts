import type { Command } from 'commander'
import type { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule } from '../ports/core.js'
import { define, type ExitCode, wholeNumber } from './command.js'
import { bytesOf, readFeatureSet } from './feature-set.js'
import { addRowOptions, planOf, type RowOptions } from './row-options.js'
import { withTape } from './source.js'
import { count, isoTime, type Ui } from './ui.js'

interface CausalOptions extends RowOptions {
  readonly cuts: number
  readonly seed: number
}

/** A point of the tape, and what became of the events from there on. */
interface Cut {
  readonly event: number
  readonly future: 'cut' | 'changed' | 'delayed'
}

interface CausalReport {
  readonly cuts: number
  /** Rows that were compared, over all points. */
  readonly rows: number
  readonly violations: number
  /** The first row of each point and column that differs. */
  readonly found: readonly {
    readonly cut: Cut
    readonly row: number
    readonly time: string
    readonly instrument: string
    /** Null where the row itself is another one or missing. */
    readonly column: string | null
    readonly value: number | null
    readonly other: number | null
  }[]
  readonly tried: readonly Cut[]
}

export function addProveCausal(program: Command, exit: ExitCode): void {
  const command = program
    .command('prove-causal')
    .description(
      'proves that rows do not know the future: it is cut off, changed or delayed at random points, and each row before them must stay the same bit for bit',
    )
    .argument('<tape>', 'a tape, or a journal, which is compiled to one first')
    .option('--cuts <n>', 'how many points', wholeNumber('cuts', 1), 24)
    .option('--seed <n>', 'the same seed draws the same points', wholeNumber('seed', 0), 1)
  addRowOptions(command)
  const example = 'tickwright prove-causal btcusdt.tape --set set.yaml --cuts 100'
  define<CausalOptions>(command, exit, example, async ([path = ''], options, { core, ui }) => {
    const set = await readFeatureSet(core, options.set)
    const document = await withTape(core, path, ui, (tape) => prove(core, tape, set, options, ui))
    const failed = document.violations > 0 || document.rows === 0
    return { document, text: () => causalText(document), failed }
  })
}

async function prove(
  core: CoreModule,
  tape: TapeFile,
  set: object,
  options: CausalOptions,
  ui: Ui,
): Promise<CausalReport> {
  const { cuts, seed } = options
  const tool = core.openTool('causality', { cuts, seed, plan: planOf(options) })
  try {
    tool.call('set', {}, bytesOf(set))
    const { rounds } = tool.call<{ rounds: number }>('index', {}, tape.index).result
    const { blocks } = tape.summary
    for (let round = 0; round < rounds; round++) {
      tool.call('round', { index: round })
      for (let index = 0; index < blocks; index++) {
        const { more } = tool.call<{ more: boolean }>('block', { index }, tape.read(index)).result
        await ui.progress('proving', round * blocks + index, rounds * blocks)
        if (!more) break
      }
      tool.call('finish')
    }
    return tool.call<CausalReport>('report').result
  } finally {
    tool.close()
  }
}

function causalText({ cuts, rows, violations, found }: CausalReport): string {
  const head = `${count(cuts)} cuts, ${count(rows)} rows compared, ${count(violations)} violations`
  if (rows === 0) return `${head}: nothing is proven, for no row lies before any cut`
  const told = (value: number | null): string => (value === null ? 'null' : String(value))
  const lines = found.map(({ cut, time, instrument, column, value, other }) => {
    const what = column === null ? 'the row is another one' : `${column} ${told(value)}`
    const instead = column === null ? '' : `, ${told(other)}`
    return `  ${isoTime(time)} ${instrument}: ${what}${instead} with the future ${cut.future} at event ${count(cut.event)}`
  })
  return [head, ...lines].join('\n')
}
