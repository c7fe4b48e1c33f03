import { mkdirSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { Command } from 'commander'
import { TapeFile } from '../../replay/tape-file.js'
import type { CoreModule } from '../ports/core.js'
import { EntryType } from '../protocol/layout.js'
import { openLiveSession } from '../runtime/live-session.js'
import { define, type ExitCode, wholeNumber } from './command.js'
import { packedInputs, RecordedClock, sessionConfig } from './feed-inputs.js'
import { proveTape } from './prove.js'
import { runTape } from './replay.js'
import { compileJournal } from './source.js'
import { startText } from './start-text.js'
import type { Ui } from './ui.js'
import { verifyJournal } from './verify.js'

const STRATEGIES = [{ source: 'touch-imbalance' }] as const

interface StartOptions {
  readonly seed: number
  readonly seconds: number
  readonly out?: string
}

export function addStart(program: Command, exit: ExitCode): void {
  const command = program
    .command('start')
    .description('the main job: a demo market, journaled, replayed, proven, compared')
    .option('--seed <n>', 'of the market', wholeNumber('seed', 0), 1)
    .option('--seconds <s>', 'of market', wholeNumber('seconds', 1), 120)
    .option('--out <directory>', 'where its files go (default: runs/<time>)')
  define<StartOptions>(
    command,
    exit,
    'tickwright start --seed 7',
    async (_, options, { core, ui }) => {
      const summary = await mainJob(core, options, ui)
      return { document: summary, text: () => startText(summary), failed: !summary.equal }
    },
  )
}

async function mainJob(core: CoreModule, options: StartOptions, ui: Ui) {
  const time = new Date().toISOString().slice(0, -1).replaceAll(':', '-')
  const folder = options.out ?? join('runs', time)
  mkdirSync(folder, { recursive: true })
  const paths = { journal: join(folder, 'session.journal'), tape: join(folder, 'market.tape') }
  ui.remark('1/4 a demo market, through the live path into a journal')
  const live = await record(core, options, paths.journal, ui)
  ui.remark('2/4 replaying the journal')
  const verified = await verifyJournal(core, paths.journal, ui)
  ui.remark('3/4 compiling a tape from it, proving the book')
  await compileJournal(core, paths.journal, paths.tape, ui)
  const tape = TapeFile.open(core, paths.tape)
  const { proof } = await proveTape(core, tape, ui)
  ui.remark('4/4 the same strategy over the tape')
  const replay = await runTape(core, tape, { strategies: STRATEGIES, quotes: true }, ui)
  const digests = { live: live.digest, journal: verified.digest, tape: replay.digest }
  const equal =
    verified.equal &&
    proof.proven &&
    digests.live.all === digests.journal.all &&
    digests.live.market === digests.tape.market &&
    digests.live.features === digests.tape.features &&
    digests.live.decisions === digests.tape.decisions
  const summary = {
    equal,
    seed: options.seed,
    seconds: options.seconds,
    core: core.kind,
    live,
    verified,
    proof,
    replay,
    digests,
    files: {
      folder: relative('.', folder) || '.',
      ...paths,
      summary: join(folder, 'summary.json'),
    },
  }
  writeFileSync(summary.files.summary, `${JSON.stringify(summary, null, 2)}\n`)
  return summary
}

export type StartSummary = Awaited<ReturnType<typeof mainJob>>

/** The market of a seed, delivered frame by frame as a socket would. */
async function record(core: CoreModule, { seed, seconds }: StartOptions, journal: string, ui: Ui) {
  const market = core.openTool('generate', { seed, seconds })
  const { startNs, endNs, instruments } = market.call<{
    startNs: string
    endNs: string
    instruments: Parameters<typeof sessionConfig>[1]
  }>('describe').result
  const clock = new RecordedClock(startNs)
  const { session, driver } = await openLiveSession({
    core,
    directory: process.cwd(),
    clock,
    config: sessionConfig(startNs, instruments),
    strategies: STRATEGIES,
    journal: { path: journal },
  })
  const began = performance.now()
  for (let ended = false; !ended; ) {
    const { result, bytes } = market.call<{ ended: boolean }>('inputs')
    ended = result.ended
    for (const input of packedInputs(bytes)) {
      clock.set(input.ts)
      // The generator names the instrument; the session's connections are the stream, then snapshots.
      const source = input.type === EntryType.Body ? 1 + input.source : 0
      driver.deliver(input.type, source, input.bytes)
    }
    await ui.progress('recording', driver.counts.inputs, 0)
  }
  clock.set(BigInt(endNs))
  driver.advance()
  driver.stop()
  const wallSeconds = (performance.now() - began) / 1000
  const { events, rows, frames, refusedFrames, triggers } = session.describe()
  const digest = session.digest()
  session.close()
  return { events, rows, frames, refusedFrames, triggers, wallSeconds, digest }
}
