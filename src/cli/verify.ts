import type { Command } from 'commander'
import { JournalFiles } from '../../replay/journal-files.js'
import { replayJournal } from '../../replay/replay-journal.js'
import type { CoreModule, ReplayVerdict, StageDigests } from '../ports/core.js'
import { define, type ExitCode } from './command.js'
import { count, type Ui } from './ui.js'

export interface Verification extends ReplayVerdict {
  readonly digest: StageDigests
}

export function addVerify(program: Command, exit: ExitCode): void {
  const command = program
    .command('verify')
    .description('replays a recorded session and compares everything that it decided')
    .argument('<journal>', 'the directory of a journal')
  define(
    command,
    exit,
    'tickwright verify runs/2026-01-31T12-00-00/session.journal',
    async ([path = ''], _, { core, ui }) => {
      const document = await verifyJournal(core, path, ui)
      return { document, text: () => verifyText(path, document), failed: !document.equal }
    },
  )
}

export async function verifyJournal(
  core: CoreModule,
  path: string,
  ui?: Ui,
): Promise<Verification> {
  const files = new JournalFiles(path)
  const report = files.read(core)
  const hooks = { onProgress: (events: number) => ui?.progress('replaying', events, 0) }
  const session = await replayJournal({ core, files, report, directory: process.cwd(), hooks })
  const document = { ...session.verdict(), digest: session.digest() }
  session.close()
  return document
}

function verifyText(path: string, v: Verification): string {
  const through = `${count(v.inputs)} inputs and ${count(v.outputs)} outputs, through seq ${count(v.throughSeq)}`
  const state = v.closed
    ? 'closed in good order'
    : `not closed, ${count(v.tornBytes)} bytes torn at its end`
  const first = v.firstDivergence
  return [
    `${path}: ${v.equal ? 'EQUAL' : 'NOT EQUAL'}; ${through}; ${state}`,
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
