import type { Command } from 'commander'
import { replayTape } from '../../replay/replay-tape.js'
import { TapeFile } from '../../replay/tape-file.js'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { CoreModule, InstrumentDescription, Mismatch } from '../ports/core.js'
import { define, type ExitCode } from './command.js'
import { table, type Ui } from './ui.js'

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
  readonly byInstrument?: Readonly<Record<string, Proof>>
}

export function addProve(program: Command, exit: ExitCode): void {
  const command = program
    .command('prove')
    .description('proves the book of a tape: venue sequence, and best quotes held against the book')
    .argument('<tape>')
  define(command, exit, 'tickwright prove btcusdt.tape', async ([path = ''], _, { core, ui }) => {
    const { proof, instruments } = await proveTape(core, path, ui)
    return {
      document: proof,
      text: () => proofText(path, proof, instruments),
      failed: !proof.proven,
    }
  })
}

/** Replays a tape and reads what its books could be held against. Throws `E_TAPE_HASH`. */
export async function proveTape(core: CoreModule, path: string, ui?: Ui) {
  const tape = TapeFile.open(core, path)
  const onProgress = (events: number) => ui?.progress('proving', events, tape.summary.events)
  const session = await replayTape({ core, tape, hooks: { onProgress } })
  const { market } = session.digest()
  if (market !== tape.summary.contentHash) {
    const message = `the events give ${market}, the tape says ${tape.summary.contentHash}`
    throw new TickwrightError('E_TAPE_HASH', message, {
      at: path,
      hint: 'import the recording again',
    })
  }
  const { instruments } = session.describe()
  session.close()
  // An instrument without depth has no book to prove; it counts only where none has one.
  const withBook = instruments.filter(
    ({ counts }) => counts.snapshots + counts.updates + counts.unjoined > 0,
  )
  return { proof: tapeProof(withBook.length > 0 ? withBook : instruments), instruments }
}

function tapeProof(instruments: readonly InstrumentDescription[]): TapeProof {
  const each = instruments.map((i) => [i.name, instrumentProof(i)] as const)
  const sum = (of: (proof: Proof) => number): number => each.reduce((n, [, p]) => n + of(p), 0)
  const least = each.map(([, p]) => LEVELS.indexOf(p.level)).sort((a, b) => a - b)[0] ?? 0
  const total: Proof = {
    sequence: { updates: sum((p) => p.sequence.updates), gaps: sum((p) => p.sequence.gaps) },
    bbo: { compared: sum((p) => p.bbo.compared), mismatched: sum((p) => p.bbo.mismatched) },
    checksum: { compared: 0, mismatched: 0 },
    crossed: sum((p) => p.crossed),
    level: LEVELS[least] ?? 'unproven',
    proven: each.length > 0 && each.every(([, p]) => p.proven),
  }
  return each.length < 2 ? total : { ...total, byInstrument: Object.fromEntries(each) }
}

function instrumentProof(i: InstrumentDescription): Proof {
  const { counts, bbo } = i
  // A reset on the tape is a gap that sync saw; one that the ids show is counted apart.
  const gaps = Math.max(counts.gaps, counts.resets)
  const proven = i.joined && counts.updates > 0 && gaps === 0 && bbo.mismatched === 0
  return {
    sequence: { updates: counts.updates, gaps },
    bbo: { compared: bbo.compared, mismatched: bbo.mismatched },
    checksum: { compared: 0, mismatched: 0 },
    crossed: counts.crossed,
    level: proven ? i.proofLevel : 'unproven',
    proven,
  }
}

function mismatchText({ depthId, quoteId, book, quote }: Mismatch): string {
  const touch = (sides: Mismatch['book']): string =>
    sides.map(([price, quantity]) => `${price} × ${quantity}`).join(' / ')
  return `after update ${depthId} the book says ${touch(book)}, quote ${quoteId} says ${touch(quote)}`
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
      p.crossed,
      p.level,
    ] as const
  const each = Object.entries(proof.byInstrument ?? {}).map(([name, p]) => row(name, p))
  const head = ['', 'updates', 'gaps', 'quotes compared', 'mismatched', 'crossed', 'level']
  const mismatches = instruments.flatMap(({ name, bbo, proofReason, joined }) => [
    ...(bbo.lastMismatch === null ? [] : [`${name}: ${mismatchText(bbo.lastMismatch)}`]),
    ...(joined ? [] : [`${name}: book not joined (${proofReason})`]),
  ])
  const verdict = proof.proven ? `proven: ${proof.level}` : 'NOT proven'
  return [`${path}: ${verdict}`, table([head, ...each, row('all', proof)]), ...mismatches].join(
    '\n',
  )
}
