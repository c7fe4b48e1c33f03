import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { isJournal, JournalFiles } from '../../replay/journal-files.js'
import { replayJournal } from '../../replay/replay-journal.js'
import { replayTape } from '../../replay/replay-tape.js'
import { TapeFile } from '../../replay/tape-file.js'
import type { LoadedStrategy } from '../engine/loaded-strategy.js'
import type { CoreConfig, CoreModule, CorePort } from '../ports/core.js'
import { loadStrategies } from '../runtime/strategies.js'
import { define, type ExitCode, usage, wholeNumber } from './command.js'
import { MemoryPeak } from './memory-peak.js'
import { reblocked } from './reblock.js'
import { addStrategyOptions, type StrategyOptions, strategyChoices } from './strategy-options.js'
import { count, type Ui } from './ui.js'

interface ReplayOptions extends StrategyOptions {
  readonly block?: number
  readonly quotes: boolean
  readonly saveAt?: number
  readonly checkpoint?: string
  readonly from?: string
  readonly out?: string
}

interface Ran {
  readonly session: CorePort
  readonly wallSeconds: number
  readonly peakAnonBytes: number | null
  readonly manifest: object
}

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
    .option('--no-quotes', 'pass over best quotes')
    .option(
      '--save-at <event>',
      'save a checkpoint after so many events',
      wholeNumber('save-at', 1),
    )
    .option('--checkpoint <file>', 'where to save it')
    .option('--from <file>', 'go on from a checkpoint')
    .option('--out <run>', 'directory for what `diff` takes')
  define<ReplayOptions>(
    command,
    exit,
    'tickwright replay btcusdt.tape --strategy touch-imbalance',
    async ([path = ''], options, { core, ui }) => {
      const ran = isJournal(path)
        ? await overJournal(core, path, options, ui)
        : await overTape(core, path, options, ui)
      const document = describe(ran)
      if (options.out !== undefined) writeRun(options.out, path, document, ran.session)
      ran.session.close()
      return { document, text: () => replayText(path, document) }
    },
  )
}

async function overTape(
  core: CoreModule,
  path: string,
  options: ReplayOptions,
  ui: Ui,
): Promise<Ran> {
  const strategies = await loadStrategies(core, strategyChoices(options), process.cwd())
  const opened = TapeFile.open(core, path)
  const tape = options.block === undefined ? opened : reblocked(core, opened, options.block)
  const peak = new MemoryPeak()
  const began = performance.now()
  const session = await replayTape({
    core,
    tape,
    strategies,
    config: replayConfig(options),
    ...(options.from === undefined ? {} : { from: readFileSync(options.from) }),
    hooks: {
      onCheckpoint: (document) => writeFileSync(options.checkpoint ?? '', document),
      onProgress: (events) => {
        peak.sample()
        ui.progress('replaying', events, tape.summary.events)
      },
    },
  })
  const wallSeconds = (performance.now() - began) / 1000
  const manifest = { contentHash: opened.summary.contentHash, ...pins(core, strategies) }
  return { session, wallSeconds, peakAnonBytes: peak.bytes(), manifest }
}

function replayConfig(options: ReplayOptions): Partial<CoreConfig> {
  if ((options.saveAt === undefined) !== (options.checkpoint === undefined)) {
    throw usage('--save-at and --checkpoint go together')
  }
  return {
    skipQuotes: !options.quotes,
    keepOutputs: options.out !== undefined,
    ...(options.saveAt === undefined ? {} : { checkpoints: [options.saveAt] }),
  }
}

async function overJournal(
  core: CoreModule,
  path: string,
  options: ReplayOptions,
  ui: Ui,
): Promise<Ran> {
  if (
    options.strategy.length > 0 ||
    options.block !== undefined ||
    options.saveAt !== undefined ||
    options.from !== undefined
  ) {
    throw usage(
      'a journal is replayed as it was recorded',
      'import it to a tape to run another strategy on it',
    )
  }
  const files = new JournalFiles(path)
  const report = files.read(core)
  const peak = new MemoryPeak()
  const began = performance.now()
  const onProgress = (events: number) => {
    peak.sample()
    ui.progress('replaying', events, 0)
  }
  const session = await replayJournal({
    core,
    files,
    report,
    directory: process.cwd(),
    hooks: { onProgress },
  })
  const wallSeconds = (performance.now() - began) / 1000
  const manifest = {
    journal: files.path,
    strategies: report.config?.strategies ?? [],
    ...pins(core, []),
  }
  return { session, wallSeconds, peakAnonBytes: peak.bytes(), manifest }
}

/** What pins a run, beside its input. */
function pins(core: CoreModule, strategies: readonly LoadedStrategy[]): object {
  return {
    engineVersion: core.version,
    core: core.kind,
    node: process.version,
    ...(strategies.length === 0
      ? {}
      : {
          strategies: strategies.map((s) => ({
            name: s.strategy.name,
            sourceHash: s.sourceHash,
            params: s.params,
          })),
        }),
  }
}

type ReplayDocument = ReturnType<typeof describe>

function describe({ session, wallSeconds, peakAnonBytes, manifest }: Ran) {
  const { events, rows, triggers } = session.describe()
  const rowsPerSecond = wallSeconds > 0 ? Math.round(rows / wallSeconds) : 0
  return {
    events,
    rows,
    triggers,
    wallSeconds,
    rowsPerSecond,
    peakAnonBytes,
    digest: session.digest(),
    manifest,
  }
}

function writeRun(path: string, input: string, document: ReplayDocument, session: CorePort): void {
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'outputs.bin'), session.outputs())
  writeFileSync(join(path, 'run.json'), `${JSON.stringify({ input, ...document }, null, 2)}\n`)
}

function replayText(path: string, run: ReplayDocument): string {
  const { events, rows, triggers, wallSeconds, rowsPerSecond, digest } = run
  return [
    `${path}: ${count(events)} events, ${count(rows)} rows, ${count(triggers)} hand-overs in ${wallSeconds.toFixed(3)} s`,
    `${count(rowsPerSecond)} rows/s, the start of the engine included`,
    ...Object.entries(digest).map(([stage, value]) => `  ${stage.padEnd(12)}${value}`),
  ].join('\n')
}
