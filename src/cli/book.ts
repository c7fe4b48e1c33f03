import type { Command } from 'commander'
import { isJournal } from '../../replay/journal-files.js'
import { replayTape } from '../../replay/replay-tape.js'
import { TapeFile, type TapeSummary } from '../../replay/tape-file.js'
import type { BookDescription, CoreConfig, CoreModule } from '../ports/core.js'
import { define, type ExitCode, usage, wholeNumber } from './command.js'
import { count, isoTime } from './ui.js'

const BAR = 24

interface BookOptions {
  readonly at: string
  readonly depth: number
  readonly instrument?: string
}

export function addBook(program: Command, exit: ExitCode): void {
  const command = program
    .command('book')
    .description('the order book at a moment of a tape')
    .argument('<tape>')
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
    async ([path = ''], options, { core, ui }) => {
      if (isJournal(path))
        throw usage(
          'a journal has no index: import it first',
          `tickwright import ${path} --out TAPE`,
        )
      const tape = TapeFile.open(core, path)
      const instrument = instrumentIndex(tape.summary, options.instrument)
      const book = await bookAt(core, tape, options.at, instrument, options.depth, (events) =>
        ui.progress('replaying', events, tape.summary.events),
      )
      return { document: book, text: () => ladder(book) }
    },
  )
}

/** The book of an instrument after the events up to a moment. */
export async function bookAt(
  core: CoreModule,
  tape: TapeFile,
  at: string,
  instrument: number,
  depth: number,
  onProgress: (events: number) => void = () => {},
): Promise<BookDescription> {
  const session = await replayTape({
    core,
    tape,
    config: stopAt(at, tape.summary),
    hooks: { onProgress },
  })
  const book = session.book(instrument, depth)
  session.close()
  return book
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
  if (/^\d{19}$/.test(at)) return { stopTime: at }
  const seconds = /^\+(\d+(?:\.\d{1,9})?)$/.exec(at)?.[1]
  if (seconds !== undefined) {
    const [whole = '0', part = ''] = seconds.split('.')
    const ns = BigInt(whole) * 1_000_000_000n + BigInt(part.padEnd(9, '0'))
    return { stopTime: String(BigInt(startNs) + ns) }
  }
  const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?$/.exec(at)
  if (iso === null)
    throw usage(
      `--at '${at}' is no moment`,
      'end, an event, an ISO time, 19 digits of ns or +seconds',
    )
  const ms = Date.parse(`${iso[1]}Z`)
  return { stopTime: String(BigInt(ms) * 1_000_000n + BigInt((iso[2] ?? '').padEnd(9, '0'))) }
}

/** Asks above bids, with a bar for each quantity. */
export function ladder(book: BookDescription): string {
  const rows = [
    ...[...book.asks].reverse().map((l) => ['ask', ...l]),
    ...book.bids.map((l) => ['bid', ...l]),
  ]
  const most = Math.max(...rows.map(([, , quantity]) => Number(quantity)), 0)
  const widths = [1, 2].map((i) => Math.max(...rows.map((row) => row[i]?.length ?? 0), 0))
  const lines = rows.map(([side = '', price = '', quantity = '']) => {
    const bar = '█'.repeat(most > 0 ? Math.ceil((BAR * Number(quantity)) / most) : 0)
    return `${side}  ${price.padStart(widths[0] ?? 0)}  ${quantity.padStart(widths[1] ?? 0)}  ${bar}`
  })
  const head = `${book.instrument}, ${book.state}, sequence ${book.sequence}, received ${isoTime(book.tsRecv)}`
  const levels = `${count(book.levels.bids)} bid and ${count(book.levels.asks)} ask levels`
  return [head, ...lines, levels].join('\n')
}
