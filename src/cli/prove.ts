import type { Command } from 'commander'
import { replayTape } from '../../replay/replay-tape.js'
import type { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule, InstrumentDescription, Mismatch } from '../ports/core.js'
import { define, type ExitCode } from './command.js'
import { type BookRows, bookRowLines } from './import-text.js'
import { withTape } from './source.js'
import { count, table, type Ui } from './ui.js'

/** Levels of proof, least first. */
const LEVELS = ['unproven', 'unprovable', 'sequence', 'sequence+bbo', 'checksum']

export interface Proof {
  readonly sequence: { readonly updates: number; readonly gaps: number }
  readonly bbo: { readonly compared: number; readonly mismatched: number }
  readonly checksum: { readonly compared: number; readonly mismatched: number }
  readonly crossed: number
  readonly level: string
  readonly proven: boolean
}

export interface TapeProof extends Proof {
  /** Bytes at the tape's end that were cut: what was on them is not proven. */
  readonly tornBytes: number
  /** What the import held against order book rows, where the recording had them. */
  readonly bookRows?: BookRows
  readonly byInstrument?: Readonly<Record<string, Proof>>
}

export function addProve(program: Command, exit: ExitCode): void {
  const command = program
    .command('prove')
    .description(
      'proves the book of a tape: venue sequence, checksums and best quotes held against the book',
    )
    .argument('<path>', 'a tape, or a journal, which is compiled to one first')
  define(command, exit, 'tickwright prove btcusdt.tape', ([path = ''], _, { core, ui }) =>
    withTape(core, path, ui, async (tape) => {
      const { proof, instruments } = await proveTape(core, tape, ui)
      return {
        document: proof,
        text: () => proofText(path, proof, instruments),
        failed: !proof.proven,
      }
    }),
  )
}

/** Replays a tape and reads what its books could be held against. Throws `E_TAPE_HASH`. */
export async function proveTape(core: CoreModule, tape: TapeFile, ui?: Ui) {
  const onProgress = (events: number) => ui?.progress('proving', events, tape.summary.events)
  const session = await replayTape({ core, tape, hooks: { onProgress } })
  const { instruments } = session.describe()
  session.close()
  // An instrument without depth has no book to prove; it counts only where none has one.
  const withBook = instruments.filter(
    ({ counts }) => counts.snapshots + counts.updates + counts.unjoined > 0,
  )
  const proof = tapeProof(withBook.length > 0 ? withBook : instruments, gapsOfImport(tape))
  const { tornBytes, report } = tape.summary
  const { bookRows } = (report ?? {}) as { readonly bookRows?: BookRows }
  const rows = bookRows === undefined ? {} : { bookRows }
  return { proof: { ...proof, tornBytes, ...rows }, instruments }
}

/** Breaks among updates that no snapshot ever joined are not on the tape: the import has seen them. */
function gapsOfImport({ summary }: TapeFile): number {
  const gaps = (summary.report as { readonly gaps?: unknown } | null)?.gaps
  return typeof gaps === 'number' ? gaps : 0
}

function tapeProof(
  instruments: readonly InstrumentDescription[],
  importGaps: number,
): Omit<TapeProof, 'tornBytes' | 'bookRows'> {
  const each = instruments.map((i) => [i.name, instrumentProof(i)] as const)
  const sum = (of: (proof: Proof) => number): number => each.reduce((n, [, p]) => n + of(p), 0)
  const least = each.map(([, p]) => LEVELS.indexOf(p.level)).sort((a, b) => a - b)[0] ?? 0
  const gaps = Math.max(
    sum((p) => p.sequence.gaps),
    importGaps,
  )
  const total: Proof = {
    sequence: { updates: sum((p) => p.sequence.updates), gaps },
    bbo: { compared: sum((p) => p.bbo.compared), mismatched: sum((p) => p.bbo.mismatched) },
    checksum: {
      compared: sum((p) => p.checksum.compared),
      mismatched: sum((p) => p.checksum.mismatched),
    },
    crossed: sum((p) => p.crossed),
    level: LEVELS[least] ?? 'unproven',
    proven: gaps === 0 && each.length > 0 && each.every(([, p]) => p.proven),
  }
  return each.length < 2 ? total : { ...total, byInstrument: Object.fromEntries(each) }
}

function instrumentProof(i: InstrumentDescription): Proof {
  const { counts, bbo, checksum } = i
  const isEqual = bbo.mismatched === 0 && checksum.mismatched === 0
  const sound = i.joined && counts.updates > 0 && counts.gaps === 0 && isEqual
  const proven = sound && i.proofLevel !== 'unprovable'
  return {
    sequence: { updates: counts.updates, gaps: counts.gaps },
    bbo: { compared: bbo.compared, mismatched: bbo.mismatched },
    checksum,
    crossed: counts.crossed,
    level: sound ? i.proofLevel : 'unproven',
    proven,
  }
}

/** Why a book is not proven, one line a reason. */
function reasons(instrument: InstrumentDescription): string[] {
  const { name, joined, proofReason, counts, bbo, checksum } = instrument
  const { gaps, updates } = counts
  return [
    ...(joined ? [] : [`${name}: no snapshot joins its updates at the end (${proofReason})`]),
    ...(joined && updates === 0 ? [`${name}: a snapshot without updates`] : []),
    ...(gaps > 0 ? [`${name}: the venue's sequence broke ${count(gaps)} times`] : []),
    ...(checksum.mismatched > 0
      ? [
          `${name}: ${count(checksum.mismatched)} of ${count(checksum.compared)} checksums were not the book's`,
        ]
      : []),
    ...(instrumentProof(instrument).level === 'unprovable'
      ? [`${name}: the venue sends nothing that its book could be proven by`]
      : []),
    ...(bbo.lastMismatch === null
      ? []
      : [
          `${name}: ${count(bbo.mismatched)} of ${count(bbo.compared)} quotes were not the book's touch; the last of them:`,
          mismatchText(bbo.lastMismatch),
        ]),
  ]
}

function mismatchText({ depthId, quoteId, book, quote }: Mismatch): string {
  const touch = (sides: Mismatch['book']) => sides.map((side) => side.join(' × '))
  const rows = [
    ['', 'bid', 'ask'],
    [`  book after update ${depthId}`, ...touch(book)],
    [`  quote ${quoteId}`, ...touch(quote)],
  ]
  return table(rows)
}

function proofText(
  path: string,
  proof: TapeProof,
  instruments: readonly InstrumentDescription[],
): string {
  const row = (name: string, p: Proof) =>
    [
      name,
      p.sequence.updates,
      p.sequence.gaps,
      p.bbo.compared,
      p.bbo.mismatched,
      p.checksum.compared,
      p.checksum.mismatched,
      p.crossed,
      p.level,
    ] as const
  const each = Object.entries(proof.byInstrument ?? {}).map(([name, p]) => row(name, p))
  const head = [
    '',
    'updates',
    'gaps',
    'quotes',
    'unequal',
    'checksums',
    'unequal',
    'crossed',
    'level',
  ]
  const verdict = proof.proven ? `proven: ${proof.level}` : 'NOT proven'
  return [
    `${path}: ${verdict}`,
    table([head, ...each, row('all', proof)]),
    ...(proof.proven ? [] : instruments.flatMap(reasons)),
    ...(proof.bookRows === undefined ? [] : bookRowLines(proof.bookRows)),
    ...(proof.tornBytes > 0 ? [`${count(proof.tornBytes)} bytes at its end were cut`] : []),
  ].join('\n')
}
