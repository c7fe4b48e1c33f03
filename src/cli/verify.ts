import type { Command } from 'commander'
import { JournalFiles, type JournalReport } from '../../replay/journal-files.js'
import { replayJournal } from '../../replay/replay-journal.js'
import type { CoreModule, CorePort, ReplayVerdict, StageDigests } from '../ports/core.js'
import { define, type ExitCode } from './command.js'
import { MemoryPeak } from './memory-peak.js'
import { count, type Ui } from './ui.js'

export interface Verification extends ReplayVerdict {
  readonly digest: StageDigests
  readonly lastSeq: number | null
  /** What ended the session also ended its replay: a strategy that threw. */
  readonly reproducedError: string | null
}

export function addVerify(program: Command, exit: ExitCode): void {
  const command = program
    .command('verify')
    .description('replays a recorded session and compares everything that it decided')
    .argument('<journal>', 'the directory of a journal')
  define(
    command,
    exit,
    'tickwright verify runs/2026-01-31T12-00-00.000/session.journal',
    async ([path = ''], _, { core, ui }) => {
      const document = await verifyJournal(core, path, ui)
      return { document, text: () => verifyText(path, document), failed: !document.equal }
    },
  )
}

/** A recorded session that was replayed, with its figures; the caller closes it. */
export interface RecordedReplay {
  readonly session: CorePort
  readonly report: JournalReport
  /** Of the loop alone. */
  readonly wallSeconds: number
  readonly peakAnonBytes: number | null
  readonly reproducedError: string | null
}

/** Throws `E_JOURNAL_…`, `E_STRATEGY_…`. */
export async function replayRecorded(
  core: CoreModule,
  path: string,
  ui: Ui,
): Promise<RecordedReplay> {
  const files = new JournalFiles(path)
  const report = files.read(core)
  const peak = new MemoryPeak()
  let began = Number.NaN
  let reproducedError: string | null = null
  const hooks = {
    onProgress: (events: number) => {
      // The first segment is asked for as soon as the loop runs.
      if (Number.isNaN(began)) began = performance.now()
      peak.sample()
      return ui.progress('replaying', events, 0)
    },
    onReproduced: ({ message }: Error) => {
      reproducedError = message
    },
  }
  const session = await replayJournal({ core, files, report, directory: process.cwd(), hooks })
  const wallSeconds = (performance.now() - began) / 1000
  return { session, report, wallSeconds, peakAnonBytes: peak.bytes(), reproducedError }
}

export async function verifyJournal(core: CoreModule, path: string, ui: Ui): Promise<Verification> {
  const { session, report, reproducedError } = await replayRecorded(core, path, ui)
  const { lastSeq } = report
  const document = { ...session.verdict(), digest: session.digest(), lastSeq, reproducedError }
  session.close()
  return document
}

function verifyText(path: string, v: Verification): string {
  const compared = `${count(v.inputs)} inputs and ${count(v.outputs)} outputs compared, through seq ${count(v.throughSeq)}`
  const of = v.lastSeq === null || v.lastSeq === v.throughSeq ? '' : ` of ${count(v.lastSeq)}`
  const state = v.closed
    ? 'closed in good order'
    : `not closed, ${count(v.tornBytes)} bytes torn at its end`
  const first = v.firstDivergence
  return [
    `${path}: ${v.equal ? 'EQUAL' : 'NOT EQUAL'}; ${compared}${of}; ${state}`,
    ...(v.reproducedError === null ? [] : [`what ended it ended its replay: ${v.reproducedError}`]),
    ...(first === null
      ? []
      : [
          `first divergence: stage ${first.stage}, seq ${count(first.seq)}, after ${count(first.event)} events`,
          `  journal: ${first.left}`,
          `  replay:  ${first.right}`,
        ]),
    ...Object.entries(v.digest).map(([stage, value]) => `  ${stage.padEnd(12)}${value}`),
  ].join('\n')
}
