import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { JournalFiles } from '../../replay/journal-files.js'
import { ReplayDriver } from '../../replay/replay-driver.js'
import { openTapeSession } from '../../replay/replay-tape.js'
import type { TapeFile } from '../../replay/tape-file.js'
import type { CoreConfig, CoreModule, CorePort, ReplayVerdict } from '../ports/core.js'
import { loadStrategies, type StrategyChoice } from '../runtime/strategies.js'
import { define, type ExitCode, usage, wholeNumber } from './command.js'
import { readFeatureSet } from './feature-set.js'
import { MemoryPeak } from './memory-peak.js'
import { OutputFile } from './output-file.js'
import { withBlocks } from './reblock.js'
import { type ReplayDocument, replayText } from './replay-text.js'
import { RunFolder } from './run-folder.js'
import { kindOf, withTape } from './source.js'
import { addStrategyOptions, type StrategyOptions, strategyChoices } from './strategy-options.js'
import type { Ui } from './ui.js'
import { replayRecorded } from './verify.js'

interface ReplayOptions extends StrategyOptions {
  readonly block?: number
  readonly quotes: boolean
  readonly features?: string
  readonly saveAt?: number
  readonly checkpoint?: string
  readonly from?: string
  readonly out?: string
}

export interface TapeRun
  extends Pick<ReplayOptions, 'features' | 'saveAt' | 'checkpoint' | 'from'> {
  readonly strategies: readonly StrategyChoice[]
  readonly quotes: boolean
  /** Where outputs go while the run goes on. */
  readonly folder?: RunFolder | undefined
}

const MORE = `
A journal is replayed as it was recorded, with its own strategies. With --strategy or any option below it, it is
compiled to a tape first; what is then decided is caused by events, not by inputs.`

export function addReplay(program: Command, exit: ExitCode): void {
  const command = program
    .command('replay')
    .description('runs the engine over a tape or a journal, and prints the digest of each stage')
    .argument('<path>', 'a tape or a journal')
  addStrategyOptions(command)
    .option(
      '--block <events>',
      'first put the tape into blocks of so many events',
      wholeNumber('block', 1),
    )
    .option('--features <set>', 'a feature set, JSON or YAML: what the rows of triggers hold')
    .option('--no-quotes', 'pass over best quotes')
    .option(
      '--save-at <events>',
      'save a checkpoint after so many events',
      wholeNumber('save-at', 1),
    )
    .option('--checkpoint <file>', 'where to save it')
    .option('--from <file>', 'go on from a checkpoint, to the same digest')
    .option('--out <run>', 'directory for what `diff` takes')
    .addHelpText('after', MORE)
  define<ReplayOptions>(
    command,
    exit,
    'tickwright replay btcusdt.tape --strategy touch-imbalance',
    async ([path = ''], options, { core, ui }) => {
      if ((options.saveAt === undefined) !== (options.checkpoint === undefined)) {
        throw usage('--save-at and --checkpoint go together')
      }
      const recorded = kindOf(path) === 'journal' && !asksForTape(options)
      const document = recorded
        ? await overJournal(core, path, ui)
        : await withTape(core, path, ui, (tape) => overTape(core, path, tape, options, ui))
      return {
        document,
        text: () => replayText(path, document),
        failed: document.verdict?.equal === false,
      }
    },
  )
}

/** Whether something is asked that a recorded session cannot be replayed with. */
function asksForTape({ strategy, quotes, ...options }: ReplayOptions): boolean {
  const { block, features, saveAt, from, out } = options
  const asked = [block, features, saveAt, from, out]
  return strategy.length > 0 || !quotes || asked.some((o) => o !== undefined)
}

async function overTape(
  core: CoreModule,
  path: string,
  tape: TapeFile,
  options: ReplayOptions,
  ui: Ui,
): Promise<ReplayDocument> {
  const { saveAt, block, out } = options
  const { events } = tape.summary
  if (saveAt !== undefined && saveAt > events) {
    throw usage(`--save-at ${saveAt} is beyond the tape: it has ${events} events`)
  }
  const folder = out === undefined ? undefined : new RunFolder(out)
  const given = strategyChoices(options)
  const strategies = given.length > 0 ? given : journaledStrategies(core, path)
  const run = (tape: TapeFile) => runTape(core, tape, { ...options, strategies, folder }, ui)
  try {
    const document = await (block === undefined
      ? run(tape)
      : withBlocks(core, tape, block, ui, run))
    folder?.finish({ input: path, ...document })
    return document
  } finally {
    folder?.close()
  }
}

/** Those of the session, where the path is a journal. */
function journaledStrategies(core: CoreModule, path: string): readonly StrategyChoice[] {
  if (kindOf(path) !== 'journal') return []
  return new JournalFiles(path).read(core).config?.strategies ?? []
}

/** Replays a tape to its end; the time is that of the loop alone. Throws `E_TAPE_…`, `E_STATE`. */
export async function runTape(
  core: CoreModule,
  tape: TapeFile,
  run: TapeRun,
  ui: Ui,
): Promise<ReplayDocument> {
  const strategies = await loadStrategies(core, run.strategies, process.cwd())
  const config = await runConfig(core, run)
  const { session, engine } = openTapeSession({ core, tape, strategies, config })
  const peak = new MemoryPeak()
  const take = (): void => run.folder?.append(session.outputs())
  const hooks = {
    onCheckpoint: (document: Uint8Array) => save(run.checkpoint ?? '', document),
    onProgress: (events: number) => {
      peak.sample()
      take()
      return ui.progress('replaying', events, tape.summary.events)
    },
  }
  const restored = run.from === undefined ? undefined : session.restore(readFileSync(run.from))
  const began = performance.now()
  await new ReplayDriver(session, engine, tape, hooks).run(restored)
  const wallSeconds = (performance.now() - began) / 1000
  take()
  const pins = strategies.map(({ strategy: { name }, sourceHash, params }) => {
    return { name, sourceHash, params }
  })
  const { featureSetHash } = session.opened
  const manifest = {
    contentHash: tape.summary.contentHash,
    strategies: pins,
    ...(featureSetHash === null ? {} : { featureSet: featureSetHash }),
    ...environment(core),
  }
  const document = describe(session, wallSeconds, peak.bytes(), manifest)
  session.close()
  return document
}

async function runConfig(
  core: CoreModule,
  { quotes, folder, features, saveAt }: TapeRun,
): Promise<Partial<CoreConfig>> {
  return {
    ...(features === undefined ? {} : { features: await readFeatureSet(core, features) }),
    skipQuotes: !quotes,
    keepOutputs: folder !== undefined,
    ...(saveAt === undefined ? {} : { checkpoints: [saveAt] }),
  }
}

function save(path: string, document: Uint8Array): void {
  const out = new OutputFile(path)
  try {
    out.write(document)
    out.finish()
  } finally {
    out.abandon()
  }
}

/** A session as it was recorded; it must come to what its journal holds. */
async function overJournal(core: CoreModule, path: string, ui: Ui): Promise<ReplayDocument> {
  const { session, report, wallSeconds, peakAnonBytes } = await replayRecorded(core, path, ui)
  const strategies = report.config?.strategies ?? []
  const manifest = { journal: path, strategies, ...environment(core) }
  const verdict: ReplayVerdict = session.verdict()
  const document = { ...describe(session, wallSeconds, peakAnonBytes, manifest), verdict }
  session.close()
  return document
}

/** What runs: versions and build. */
const environment = (core: CoreModule) => ({
  engineVersion: core.version,
  core: core.kind,
  node: process.version,
  platform: `${process.platform}-${process.arch}`,
})

function describe(
  session: CorePort,
  wallSeconds: number,
  peakAnonBytes: number | null,
  manifest: object,
): ReplayDocument {
  const { events, rows, triggers } = session.describe()
  const rowsPerSecond = wallSeconds > 0 ? Math.round(rows / wallSeconds) : 0
  const figures = { events, rows, triggers, wallSeconds, rowsPerSecond, peakAnonBytes }
  return { ...figures, digest: session.digest(), manifest }
}
