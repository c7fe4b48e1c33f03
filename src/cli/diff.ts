import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { isJournal, JournalFiles } from '../../replay/journal-files.js'
import { TapeFile } from '../../replay/tape-file.js'
import type { BookDescription, CoreModule } from '../ports/core.js'
import { bookAt, ladder } from './book.js'
import { define, type ExitCode, usage } from './command.js'
import { diffRuns } from './diff-runs.js'
import { count } from './ui.js'

/** Levels a side of the books that are shown beside a difference. */
const DEPTH = 3

export interface Difference {
  readonly equal: boolean
  readonly stage: string | null
  readonly seq: number | null
  readonly field?: string | null
  readonly left: unknown
  readonly right: unknown
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
  readonly found: Found | null
}

export const NO_DIFFERENCE: Difference = {
  equal: true,
  stage: null,
  seq: null,
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
    async ([left = '', right = ''], _, { core }) => {
      const document = await difference(core, left, right)
      return {
        document,
        text: () => differenceText(left, right, document),
        failed: !document.equal,
      }
    },
  )
}

async function difference(core: CoreModule, left: string, right: string): Promise<Difference> {
  const kinds = [kindOf(left), kindOf(right)]
  if (kinds[0] !== kinds[1])
    throw usage(`${left} is a ${kinds[0]}, ${right} a ${kinds[1]}`, 'compare two of a kind')
  if (kinds[0] === 'run') return diffRuns(left, right)
  if (kinds[0] === 'journal') return diffJournals(core, left, right)
  return diffTapes(core, left, right)
}

function kindOf(path: string): 'run' | 'journal' | 'tape' {
  if (isJournal(path)) return 'journal'
  return existsSync(join(path, 'run.json')) ? 'run' : 'tape'
}

async function diffTapes(core: CoreModule, left: string, right: string): Promise<Difference> {
  const tapes = [TapeFile.open(core, left), TapeFile.open(core, right)] as const
  const tool = core.openTool('difference', { of: 'tapes' })
  tool.call('index', { side: 0 }, tapes[0].index)
  let reply = tool.call<Reply>('index', { side: 1 }, tapes[1].index).result
  while (reply.wants !== null) {
    const { side, index } = reply.wants
    reply = tool.call<Reply>('block', { side }, tapes[side].read(index)).result
  }
  tool.close()
  const { found } = reply
  if (found === null) return NO_DIFFERENCE
  const state = (tape: TapeFile, event: string) => tapeState(core, tape, found.seq, event)
  const [a, b] = [await state(tapes[0], found.left), await state(tapes[1], found.right)]
  return {
    equal: false,
    stage: 'market',
    seq: found.seq,
    field: found.field ?? null,
    left: a,
    right: b,
  }
}

/** The event, and each book as it is after it (or at the tape's end). */
async function tapeState(core: CoreModule, tape: TapeFile, event: number, text: string) {
  const at = event < tape.summary.events ? String(event) : 'end'
  const books: BookDescription[] = []
  for (const [index] of tape.summary.instruments.entries())
    books.push(await bookAt(core, tape, at, index, DEPTH))
  return { event: text, books }
}

function diffJournals(core: CoreModule, left: string, right: string): Difference {
  const sides = [new JournalFiles(left), new JournalFiles(right)] as const
  const tool = core.openTool('difference', { of: 'journals' })
  let reply: Reply = { wants: null, found: null }
  sides.forEach(({ segments }, side) => {
    reply = tool.call<Reply>('open', { side, segments: segments.length }).result
  })
  while (reply.wants !== null) {
    const { side, index } = reply.wants
    reply = tool.call<Reply>(
      'segment',
      { side },
      readFileSync(sides[side].segments[index] as string),
    ).result
  }
  tool.close()
  const { found } = reply
  if (found === null) return NO_DIFFERENCE
  const { stage = null, seq, field = null } = found
  return { equal: false, stage, seq, field, left: found.left, right: found.right }
}

function differenceText(left: string, right: string, d: Difference): string {
  if (d.equal) return `${left} and ${right} are equal`
  const state = (side: unknown): string => {
    if (typeof side !== 'object' || side === null) return String(side)
    const { event, books = [] } = side as { event?: string; books?: readonly BookDescription[] }
    return [event ?? JSON.stringify(side), ...books.map(ladder)].join('\n')
  }
  const where = d.seq === null ? '' : ` at ${count(d.seq)}`
  const field = d.field ? `, field ${d.field}` : ''
  return [
    `first difference${where}: stage ${d.stage}${field}`,
    `--- ${left}`,
    state(d.left),
    `+++ ${right}`,
    state(d.right),
  ].join('\n')
}
