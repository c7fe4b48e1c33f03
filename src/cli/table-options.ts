import type { Command } from 'commander'
import { wholeNumber } from './command.js'

/** What the user tells about tables: docs/formats/csv.md. */
export interface TableOptions {
  readonly symbol?: string
  readonly columns?: string
  readonly kind?: string
  readonly timeUnit?: string
  readonly date?: string
  readonly zone?: string
  readonly priceScale?: number
  readonly delimiter?: string
  readonly interval?: string
  readonly barTime?: string
}

const NAMES = [
  'symbol',
  'columns',
  'kind',
  'timeUnit',
  'date',
  'zone',
  'priceScale',
  'delimiter',
  'interval',
  'barTime',
] as const

/** `rows` of the import tool's arguments: what was given. */
export function tableArguments(options: TableOptions): object {
  const given = NAMES.filter((name) => options[name] !== undefined)
  return Object.fromEntries(given.map((name) => [name, options[name]]))
}

export function addTableOptions(command: Command): void {
  command
    .option('--symbol <name>', 'tables: the instrument, where neither file nor name tells it')
    .option('--columns <map>', 'tables: time=1,price=2,size=3, by number or by name')
    .option('--kind <name>', 'tables: a row is a trade, quote, bar or depth')
    .option('--time-unit <unit>', 'tables: s, ms, us, ns or a form such as "%d/%m/%Y %H:%M"')
    .option('--date <day>', 'tables: the day of times of day, YYYY-MM-DD')
    .option('--zone <name>', 'tables: zone of times without one, such as America/New_York')
    .option('--price-scale <n>', 'tables: prices count in 10^-n', wholeNumber('price-scale', 0))
    .option('--delimiter <char>', 'tables: what stands between columns; "tab" for a tab')
    .option('--interval <length>', 'tables: how long a bar lasts, such as 1m or 1h')
    .option('--bar-time <end>', 'tables: whether a bar has the time of its start or its end')
}
