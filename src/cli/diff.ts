import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { JournalFiles } from '../../replay/journal-files.js'
import { replayJournal } from '../../replay/replay-journal.js'
import { TapeFile, type TapeSummary } from '../../replay/tape-file.js'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { BookDescription, CoreModule, CorePort, ToolPort } from '../ports/core.js'
import { ladder, replayTo } from './book.js'
import { define, type ExitCode, usage } from './command.js'
import { diffRuns } from './diff-runs.js'
import { kindOf } from './source.js'
import { count, type Ui } from './ui.js'

/** Levels a side of the books that are shown beside a difference. */
const DEPTH = 3

export interface Difference {
  readonly equal: boolean
  readonly stage: string | null
  readonly seq: number | null
  /** What of it differs. */
  readonly field: string | null
  readonly left: unknown
  readonly right: unknown
  /** Equal tapes: what differs besides the events. Cadences go by when a tape begins and ends. */
  readonly besides?: readonly string[]
  /** Each side's books just before, where they can be had. */
  readonly leftState?: readonly BookDescription[] | null
  readonly rightState?: readonly BookDescription[] | null
}

interface Found {
  readonly seq: number
  readonly stage?: string
  readonly field?: string
  readonly left: string
  readonly right: string
}

interface Reply {
  readonly wants: { readonly side: 0 | 1; readonly index: number } | null
  readonly equal: number
  readonly found: Found | null
}

export const NO_DIFFERENCE: Difference = {
  equal: true,
  stage: null,
  seq: null,
  field: null,
  left: null,
  right: null,
}

export function addDiff(program: Command, exit: ExitCode): void {
  const command = program
    .command('diff')
    .description('the first difference of two tapes, two journals or two runs, with both states')
    .argument('<left>')
    .argument('<right>')
  define(
    command,
    exit,
    'tickwright diff monday.tape monday-again.tape',
    async ([left = '', right = ''], _, { core, ui }) => {
      const document = await difference(core, left, right, ui)
      return {
        document,
        text: () => differenceText(left, right, document),
        failed: !document.equal,
      }
    },
  )
}

function difference(core: CoreModule, left: string, right: string, ui: Ui): Promise<Difference> {
  const kinds = [kindOf(left), kindOf(right)]
  if (kinds[0] !== kinds[1])
    throw usage(`${left} is a ${kinds[0]}, ${right} a ${kinds[1]}`, 'compare two of a kind')
  if (kinds[0] === 'run') return diffRuns(left, right, ui)
  if (kinds[0] === 'journal') return diffJournals(core, left, right, ui)
  return diffTapes(core, left, right, ui)
}

/** Supplies what the core wants until it has found a difference or has seen everything. */
async function compare(
  tool: ToolPort,
  first: Reply,
  supply: (side: 0 | 1, index: number) => Reply,
  ui: Ui,
): Promise<Found | null> {
  let reply = first
  while (reply.wants !== null) {
    await ui.progress('comparing', reply.equal, 0)
    reply = supply(reply.wants.side, reply.wants.index)
  }
  tool.close()
  return reply.found
}

async function diffTapes(
  core: CoreModule,
  left: string,
  right: string,
  ui: Ui,
): Promise<Difference> {
  const tapes = [TapeFile.open(core, left), TapeFile.open(core, right)] as const
  const tool = core.openTool('difference', { of: 'tapes' })
  tool.call('index', { side: 0 }, tapes[0].index)
  const first = tool.call<Reply>('index', { side: 1 }, tapes[1].index).result
  const supply = (side: 0 | 1, index: number): Reply =>
    tool.call<Reply>('block', { side }, tapes[side].read(index)).result
  const found = await compare(tool, first, supply, ui)
  if (found === null) return frameDifference(tapes[0].summary, tapes[1].summary)
  const state = async (tape: TapeFile) =>
    booksOf(await replayTo(core, tape, { stopAt: found.seq }, ui))
  const [leftState, rightState] = [await state(tapes[0]), await state(tapes[1])]
  const { seq, field = null } = found
  return { equal: false, stage: 'market', seq, field, ...sides(found), leftState, rightState }
}

const sides = ({ left, right }: Found) => ({ left, right })

/** Equal events: what they mean is equal too where the scales are. */
function frameDifference(left: TapeSummary, right: TapeSummary): Difference {
  const scales = ({ instruments }: TapeSummary) =>
    instruments.map(({ name, priceScale, quantityScale }) => ({ name, priceScale, quantityScale }))
  const [a, b] = [scales(left), scales(right)]
  if (JSON.stringify(a) !== JSON.stringify(b)) {
    const where = { stage: 'instruments', seq: 0, field: 'scales' }
    return { equal: false, ...where, left: a, right: b }
  }
  const steps = ({ instruments }: TapeSummary) => instruments.map(({ tick, lot }) => [tick, lot])
  const besides = [
    ...(JSON.stringify(steps(left)) === JSON.stringify(steps(right)) ? [] : ['tick and lot']),
    ...(left.startNs === right.startNs ? [] : ['when they begin']),
    ...(left.endNs === right.endNs ? [] : ['when they end']),
  ]
  return { ...NO_DIFFERENCE, besides }
}

async function diffJournals(
  core: CoreModule,
  left: string,
  right: string,
  ui: Ui,
): Promise<Difference> {
  const journals = [new JournalFiles(left), new JournalFiles(right)] as const
  const tool = core.openTool('difference', { of: 'journals' })
  let first: Reply = { wants: null, equal: 0, found: null }
  journals.forEach(({ segments }, side) => {
    first = tool.call<Reply>('open', { side, segments: segments.length }).result
  })
  const supply = (side: 0 | 1, index: number): Reply => {
    const segment = readFileSync(journals[side].segments[index] as string)
    return tool.call<Reply>('segment', { side }, segment).result
  }
  const found = await compare(tool, first, supply, ui)
  if (found === null) return NO_DIFFERENCE
  const { stage = null, seq, field = null } = found
  const leftState = await journalState(core, journals[0], seq, ui)
  const rightState = await journalState(core, journals[1], seq, ui)
  return { equal: false, stage, seq, field, ...sides(found), leftState, rightState }
}

/** The books before an input; none where the session cannot be replayed any more. */
async function journalState(core: CoreModule, files: JournalFiles, seq: number, ui: Ui) {
  const report = files.read(core)
  if (report.config === null) return null
  const config = { ...report.config, core: { ...report.config.core, stopSeq: seq } }
  const hooks = { onProgress: (events: number) => ui.progress('replaying', events, 0) }
  const replay = { core, files, report: { ...report, config }, directory: process.cwd(), hooks }
  try {
    return booksOf(await replayJournal(replay))
  } catch (error) {
    if (!(error instanceof TickwrightError)) throw error
    ui.remark(`${files.path}: its state cannot be shown: ${error.message}`)
    return null
  }
}

function booksOf(session: CorePort): BookDescription[] {
  const books = session.opened.instruments.map((_, index) => session.book(index, DEPTH))
  session.close()
  return books
}

function differenceText(left: string, right: string, d: Difference): string {
  const besides = d.besides ?? []
  const but =
    besides.length === 0 ? '' : `; besides the events they differ in ${besides.join(', ')}`
  if (d.equal) return `${left} and ${right} are equal${but}`
  const side = (what: unknown, state: readonly BookDescription[] | null | undefined): string => {
    const text = typeof what === 'string' ? what : JSON.stringify(what)
    return [text, ...(state ?? []).map((book) => `just before:\n${ladder(book)}`)].join('\n')
  }
  const where = d.seq === null ? '' : ` at ${count(d.seq)}`
  const field = d.field === null ? '' : `, field ${d.field}`
  return [
    `first difference${where}: stage ${d.stage}${field}`,
    `--- ${left}`,
    side(d.left, d.leftState),
    `+++ ${right}`,
    side(d.right, d.rightState),
  ].join('\n')
}
