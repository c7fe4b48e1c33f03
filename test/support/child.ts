// A process of its own that does one job and prints its outcomes: `node child.js JOB.json`.
import { openSync, readFileSync, writeSync } from 'node:fs'
import { TapeFile } from '../../replay/tape-file.js'
import { loadCore } from '../../src/adapters/core/load-core.js'
import type { CoreModule } from '../../src/ports/core.js'
import type { Job } from './job.js'
import { generateMarket } from './market.js'
import { busy, finishSession, type Outcome, openSession } from './session.js'
import { runTape } from './tape.js'

type JobOf<Kind extends Job['kind']> = Extract<Job, { kind: Kind }>

async function work(job: Job): Promise<Outcome[]> {
  const core = loadCore(job.core)
  switch (job.kind) {
    case 'tape':
      return [await runTape(core, TapeFile.open(core, job.tape))]
    case 'restoreTape':
      return restoreTape(core, job)
    case 'live':
      return [await live(core, job)]
    case 'restoreLive':
      return restoreLive(core, job)
    case 'writeForever':
      return writeForever(core, job)
  }
}

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(path))

/** From each checkpoint to the end of the tape. */
async function restoreTape(core: CoreModule, job: JobOf<'restoreTape'>): Promise<Outcome[]> {
  const tape = TapeFile.open(core, job.tape)
  const outcomes: Outcome[] = []
  for (const path of job.checkpoints) outcomes.push(await runTape(core, tape, { from: read(path) }))
  return outcomes
}

async function live(
  core: CoreModule,
  { market: choice, journal }: JobOf<'live'>,
): Promise<Outcome> {
  const market = generateMarket(core, choice)
  const session = await openSession({ core, market, journal })
  for (const input of market.inputs) session.feed(input)
  return finishSession(session)
}

/** From each checkpoint of a live session to its last input. */
async function restoreLive(core: CoreModule, job: JobOf<'restoreLive'>): Promise<Outcome[]> {
  const market = generateMarket(core, job.market)
  const outcomes: Outcome[] = []
  for (const { document, next, journal } of job.checkpoints) {
    const live = await openSession({ core, market, journal, from: read(document) })
    for (const input of market.inputs.slice(next)) live.feed(input)
    outcomes.push(finishSession(live))
    live.session.close()
  }
  return outcomes
}

/** The market over and over, its stamps going on. */
async function writeForever(core: CoreModule, job: JobOf<'writeForever'>): Promise<Outcome[]> {
  const market = generateMarket(core, job.market)
  const { journal, segmentBytes } = job
  // Shipped strategies are compiled here and sources where the test runs: other hashes.
  const strategies = busy.slice(0, 1)
  const live = await openSession({ core, market, journal, segmentBytes, strategies })
  const progress = openSync(job.progress, 'r+')
  const count = new BigUint64Array(1)
  const length = (market.inputs.at(-1)?.stamp ?? 0) + 1
  for (let round = 0; ; round++) {
    for (const input of market.inputs) {
      live.feed({ ...input, stamp: input.stamp + round * length })
      count[0] = BigInt(live.driver.counts.inputs)
      writeSync(progress, count, 0, 8, 0)
    }
  }
}

const [path = ''] = process.argv.slice(2)
const job = JSON.parse(readFileSync(path, 'utf8')) as Job
process.stdout.write(JSON.stringify(await work(job)))
