import type { Command } from 'commander'
import type { StageDigests } from '../ports/core.js'
import type { LiveDriver } from '../runtime/live-driver.js'
import { openLiveSession } from '../runtime/live-session.js'
import { collect, define, type ExitCode, usage } from './command.js'
import { deliverInputs, sessionConfig } from './feed-inputs.js'
import { type ImportOptions, importArguments } from './import.js'
import { Recording } from './import-recording.js'
import { fullSpeed, recordedPace, withSyncs } from './pace.js'
import { addStrategyOptions, type StrategyOptions, strategyChoices } from './strategy-options.js'
import { count, Interrupted, type Ui } from './ui.js'
import { verifyJournal } from './verify.js'

interface RunOptions
  extends StrategyOptions,
    Pick<ImportOptions, 'format' | 'venue' | 'instrument'> {
  readonly frames: readonly string[]
  readonly journal: string
  readonly pace: string
  readonly durability: string
}

interface RunPlan {
  readonly startNs: string
  readonly instruments: Parameters<typeof sessionConfig>[1]
  readonly needsRandomAccess: boolean
}

export function addRun(program: Command, exit: ExitCode): void {
  const command = program
    .command('run')
    .description('a session in the shape of a live one, fed from a recording; sockets come later')
    .requiredOption('--frames <file>', 'a raw capture; several are one continued stream', collect)
    .requiredOption('--journal <directory>', 'where the session is recorded')
    .option(
      '--pace <pace>',
      'full: as fast as it goes, stamped as recorded; recorded: as it came then, stamped by our clock',
      'full',
    )
    .option('--durability <kind>', 'process, or power: a data sync each second', 'process')
    .option('--format <name>', 'lines or capture')
    .option('--venue <name>', 'where the frames do not tell it')
    .option(
      '--instrument <file>',
      'JSON with symbol, priceScale, quantityScale, tickSize, lotSize',
      collect,
    )
  addStrategyOptions(command)
  const example =
    'tickwright run --frames btcusdt.gz --journal session.journal --strategy touch-imbalance'
  define<RunOptions>(command, exit, example, async (_, options, { core, ui }) => {
    if (!['full', 'recorded'].includes(options.pace))
      throw usage(`--pace is full or recorded, was '${options.pace}'`)
    if (options.durability !== 'process' && options.durability !== 'power') {
      throw usage(`--durability is process or power, was '${options.durability}'`)
    }
    const recording = await Recording.open(
      core,
      options.frames,
      importArguments({ ...options, out: '', quotes: true }),
      ui,
    )
    const plan = (await recording.survey(true)) as RunPlan
    // Before the journal is made: a recording that is no session's is refused here.
    recording.tool.call('inputs')
    const pace = options.pace === 'full' ? fullSpeed(plan.startNs) : recordedPace(plan.startNs)
    const { session, driver } = await openLiveSession({
      core,
      directory: process.cwd(),
      clock: pace.clock,
      config: sessionConfig(pace.epoch, plan.instruments),
      strategies: strategyChoices(options),
      journal: { path: options.journal, durability: options.durability },
    })
    const paced = pace.before(driver, ui)
    const before = options.durability === 'power' ? withSyncs(paced, driver) : paced
    const deliver = () => recording.read(plan, (bytes) => deliverInputs(bytes, driver, before))
    const interrupted = await inGoodOrder(driver, deliver, ui)
    const { events, rows, triggers, frames, refusedFrames, ignoredFrames } = session.describe()
    session.close()
    const verified = await verifyJournal(core, options.journal, ui)
    const document = {
      ...{ events, rows, triggers, frames, refusedFrames, ignoredFrames },
      ...{ orders: 0, fills: 0, latency: null, interrupted },
      ...{ journal: options.journal, verified: verified.equal, digest: verified.digest },
    }
    return {
      document,
      text: () => runText(options.journal, document),
      failed: !verified.equal,
    }
  })
}

/**
 * Feeds the session and closes its journal in good order, also where the user or the recording ends it
 * early. Returns whether the user did.
 */
async function inGoodOrder(
  driver: LiveDriver,
  deliver: () => Promise<void>,
  ui: Ui,
): Promise<boolean> {
  let ended: unknown
  try {
    await deliver()
  } catch (error) {
    ended = error
  }
  if (driver.isAlive) driver.stop()
  if (ended === undefined) return false
  if (!(ended instanceof Interrupted)) throw ended
  ui.proceed()
  return true
}

interface RunDocument {
  readonly events: number
  readonly rows: number
  readonly triggers: number
  readonly frames: number
  readonly refusedFrames: number
  readonly ignoredFrames: number
  readonly interrupted: boolean
  readonly verified: boolean
  readonly digest: StageDigests
}

function runText(journal: string, run: RunDocument): string {
  const { events, rows, triggers, frames, refusedFrames, ignoredFrames } = run
  return [
    `${journal}: ${count(frames)} frames (${count(refusedFrames)} refused, ${count(ignoredFrames)} ignored), ${count(events)} events, ${count(rows)} rows, ${count(triggers)} hand-overs`,
    ...(run.interrupted ? ['ended by the user; the journal was closed in good order'] : []),
    `its replay is ${run.verified ? 'EQUAL' : 'NOT EQUAL'}`,
    ...Object.entries(run.digest).map(([stage, value]) => `  ${stage.padEnd(12)}${value}`),
  ].join('\n')
}
