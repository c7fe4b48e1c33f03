import type { Command } from 'commander'
import { openLiveSession } from '../runtime/live-session.js'
import { collect, define, type ExitCode, usage } from './command.js'
import { deliverInputs, sessionConfig } from './feed-inputs.js'
import { type ImportOptions, importArguments } from './import.js'
import { Recording } from './import-recording.js'
import { fullSpeed, recordedPace, withSyncs } from './pace.js'
import { addStrategyOptions, type StrategyOptions, strategyChoices } from './strategy-options.js'
import { count } from './ui.js'
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
    const pace = options.pace === 'full' ? fullSpeed(plan.startNs) : recordedPace(plan.startNs)
    const { session, driver } = await openLiveSession({
      core,
      directory: process.cwd(),
      clock: pace.clock,
      config: sessionConfig(pace.epoch, plan.instruments),
      strategies: strategyChoices(options),
      journal: { path: options.journal, durability: options.durability },
    })
    const paced = pace.before(driver)
    const before = options.durability === 'power' ? withSyncs(paced, driver) : paced
    recording.tool.call('inputs')
    await recording.read(plan, (bytes) => deliverInputs(bytes, driver, before))
    driver.stop()
    const { events, frames, refusedFrames } = session.describe()
    session.close()
    const verified = await verifyJournal(core, options.journal, ui)
    const document = {
      ...{ events, frames, refusedFrames, orders: 0, fills: 0, latency: null },
      ...{ journal: options.journal, verified: verified.equal, digest: verified.digest },
    }
    const text = `${options.journal}: ${count(frames)} frames, ${count(events)} events; replayed ${verified.equal ? 'EQUAL' : 'NOT EQUAL'}`
    return { document, text: () => text, failed: !verified.equal }
  })
}
