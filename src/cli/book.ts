import type { Command } from 'commander'
import { replayTape } from '../../replay/replay-tape.js'
import type { TapeFile, TapeSummary } from '../../replay/tape-file.js'
import type {
  BookDescription,
  CoreConfig,
  CoreModule,
  CorePort,
  OrderQueue,
} from '../ports/core.js'
import { define, type ExitCode, usage, wholeNumber } from './command.js'
import { timeOf } from './moment.js'
import { withTape } from './source.js'
import { count, isoTime, type Ui } from './ui.js'

const BAR = 24
/** Orders of a level that are written out in text; `--json` has all. */
const ORDERS_SHOWN = 4

interface BookOptions {
  readonly at: string
  readonly depth: number
  readonly instrument?: string
}

export function addBook(program: Command, exit: ExitCode): void {
  const command = program
    .command('book')
    .description('the order book at a moment of a tape or a journal')
    .argument('<path>', 'a tape, or a journal, which is compiled to one first')
    .option(
      '--at <moment>',
      'end; an event (the book after it); a time (ISO, 19 digits of ns, or +seconds)',
      'end',
    )
    .option('--depth <levels>', 'levels a side', wholeNumber('depth', 1), 10)
    .option('--instrument <name>', 'where the tape has several')
  define<BookOptions>(
    command,
    exit,
    'tickwright book btcusdt.tape --at +60 --depth 5',
    ([path = ''], options, { core, ui }) =>
      withTape(core, path, ui, async (tape) => {
        const index = instrumentIndex(tape.summary, options.instrument)
        const stop = stopAt(options.at, tape.summary)
        const session = await replayTo(core, tape, stop, ui)
        const book = { ...session.book(index, options.depth), event: lastEvent(session) }
        session.close()
        return { document: book, text: () => bookText(book) }
      }),
  )
}

/** Replays a tape up to where `stop` says. */
export function replayTo(
  core: CoreModule,
  tape: TapeFile,
  stop: Partial<CoreConfig>,
  ui: Ui,
): Promise<CorePort> {
  const total = stop.stopAt ?? tape.summary.events
  const onProgress = (events: number) => ui.progress('replaying', events, total)
  return replayTape({ core, tape, config: stop, hooks: { onProgress } })
}

/** Ordinal of the last event that was applied; null before the first. */
function lastEvent(session: CorePort): number | null {
  const { events } = session.describe()
  return events > 0 ? events - 1 : null
}

function instrumentIndex({ instruments }: TapeSummary, name: string | undefined): number {
  if (name === undefined && instruments.length === 1) return 0
  const names = instruments.map((i) => i.name).join(', ')
  if (name === undefined)
    throw usage(`the tape has several instruments: ${names}`, 'name one with --instrument')
  const found = instruments.findIndex((i) => i.name === name || i.symbol === name)
  if (found < 0) throw usage(`instrument '${name}' is not on the tape; it has ${names}`)
  return found
}

/** Where a replay ends: behind an event, or behind the last one received by a time. */
function stopAt(at: string, { events, startNs }: TapeSummary): Partial<CoreConfig> {
  if (at === 'end') return {}
  if (/^\d{1,15}$/.test(at)) {
    const event = Number(at)
    if (event < events) return { stopAt: event + 1 }
    throw usage(`event ${count(event)} is not on the tape: it has ${count(events)}`)
  }
  return { stopTime: String(timeOf('at', at, startNs)) }
}

function bookText(book: BookDescription & { readonly event: number | null }): string {
  if (book.event === null) return `${book.instrument}: nothing was received by then`
  return `after event ${count(book.event)}\n${ladder(book)}`
}

/** Asks above bids, with a bar for each quantity, and the queue where the venue tells every order. */
export function ladder(book: BookDescription): string {
  const { orders } = book
  const rows = [
    ...book.asks.map((l, i) => ['ask', ...l, queueText(orders?.asks[i])]).reverse(),
    ...book.bids.map((l, i) => ['bid', ...l, queueText(orders?.bids[i])]),
  ]
  const most = Math.max(...rows.map(([, , quantity]) => Number(quantity)), 0)
  const widths = [1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0), 0))
  const lines = rows.map(([side = '', price = '', quantity = '', queue = '']) => {
    const bar = '█'.repeat(most > 0 ? Math.ceil((BAR * Number(quantity)) / most) : 0)
    return `${side}  ${price.padStart(widths[0] ?? 0)}  ${quantity.padStart(widths[1] ?? 0)}  ${queue === '' ? bar : bar.padEnd(BAR)}${queue}`
  })
  const head = `${book.instrument}, ${book.state}, sequence ${book.sequence}, received ${isoTime(book.tsRecv)}`
  const levels = `${count(book.levels.bids)} bid and ${count(book.levels.asks)} ask levels`
  return [head, ...lines, levels].join('\n')
}

/** First in line first: `order id × quantity`. */
function queueText(level: OrderQueue | undefined): string {
  if (level === undefined) return ''
  const shown = level.queue.slice(0, ORDERS_SHOWN).map(([id, quantity]) => `${id} × ${quantity}`)
  const more = level.queue.length - shown.length
  return `  ${shown.join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`
}
