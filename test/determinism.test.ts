// The claim of docs/determinism.md, end to end: one digest over everything that must not matter.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { TapeFile } from '../replay/tape-file.js'
import type { CoreModule, ReplayVerdict } from '../src/ports/core.js'
import { cli, cliJson } from './support/cli.js'
import { anyCore, cores, present } from './support/cores.js'
import { temporaryFolder } from './support/folders.js'
import { type Job, type LiveCheckpoint, runJob } from './support/job.js'
import { verifyJournal } from './support/journal.js'
import { generateMarket, type Input, type MarketChoice, writeTape } from './support/market.js'
import { root, strategyFolder } from './support/paths.js'
import { Random } from './support/random.js'
import { finishSession, type Outcome, openSession } from './support/session.js'
import { runTape } from './support/tape.js'

const folder = temporaryFolder()
const CHOICE: MarketChoice = { seed: 20_240_808, seconds: 8 }
const RESTORES = 100
const PROCESSES = 2

const tapePath = (name: string): string => join(folder, `${name}.tape`)

/** The uninterrupted run of a default tape that all others must equal. */
async function reference(): Promise<{ tape: TapeFile; outcome: Outcome }> {
  const path = tapePath('reference')
  writeTape(anyCore, path, CHOICE)
  const tape = TapeFile.open(anyCore, path)
  return { tape, outcome: await runTape(anyCore, tape) }
}
const known = await reference()

describe('replay of a tape', () => {
  it('does something worth comparing', () => {
    const { events, triggers, digest, strategies } = known.outcome
    expect(events).toBeGreaterThan(1_000)
    expect(triggers).toBeGreaterThan(500)
    expect(new Set(Object.values(digest)).size).toBeGreaterThanOrEqual(5)
    for (const name of ['step', 'odd', 'quote', 'trade', 'pulse', 'echo', 'book']) {
      expect(strategies).toContain(`"${name}":`)
    }
  })

  for (const choice of cores) {
    it(`is the same with the ${choice.kind} core`, async (context) => {
      if (!('core' in choice)) return context.skip(choice.absent)
      const { core } = choice
      expect(await runTape(core, TapeFile.open(core, tapePath('reference')))).toEqual(known.outcome)
    })
  }

  for (const codec of ['none', 'delta', 'delta+zstd']) {
    for (const blockEvents of [1, 7, 4096]) {
      it(`is the same with codec ${codec}, ${blockEvents} events a block`, async () => {
        const path = tapePath(`${codec}-${blockEvents}`)
        const contentHash = writeTape(anyCore, path, { ...CHOICE, codec, blockEvents })
        const tape = TapeFile.open(anyCore, path)
        expect(contentHash).toBe(known.tape.summary.contentHash)
        expect(tape.summary).toMatchObject({ codec, blockEvents, contentHash })
        expect(await runTape(anyCore, tape)).toEqual(known.outcome)
      })
    }
  }

  it('is the same in two processes with other heap sizes', async () => {
    const job: Job = { kind: 'tape', core: anyCore.kind, tape: tapePath('reference') }
    const heaps = [
      ['--max-old-space-size=64', '--max-semi-space-size=1'],
      ['--max-old-space-size=1024'],
    ]
    for (const heap of heaps) expect(await runJob(job, folder, heap)).toEqual([known.outcome])
  })

  it(`is the same when restored in another process at ${RESTORES} random events`, async () => {
    const ordinals = new Random(1).distinct(RESTORES, known.outcome.events)
    const documents = await checkpointsOf(anyCore, ordinals)
    expect(documents).toHaveLength(RESTORES)
    const outcomes = await inProcesses(documents, (checkpoints) => ({
      ...{ kind: 'restoreTape', core: anyCore.kind, tape: tapePath('reference'), checkpoints },
    }))
    expect(outcomes).toHaveLength(RESTORES)
    for (const outcome of outcomes) expect(outcome).toEqual(known.outcome)
  })

  it('is the same when a checkpoint of one build is restored in the other', async (context) => {
    const [one, other] = present
    if (one === undefined || other === undefined) return context.skip('there is one build here')
    const documents = await checkpointsOf(one.core, [known.outcome.events >> 1])
    const tape = tapePath('reference')
    const job: Job = { kind: 'restoreTape', core: other.kind, tape, checkpoints: documents }
    expect(await runJob(job, folder)).toEqual([known.outcome])
  })
})

/** Checkpoints of one run at these events, as files. */
async function checkpointsOf(core: CoreModule, ordinals: number[]): Promise<string[]> {
  const documents: string[] = []
  const onCheckpoint = (document: Uint8Array): void => {
    const path = join(folder, `${core.kind}-${ordinals.length}-${documents.length}.twc`)
    writeFileSync(path, document)
    documents.push(path)
  }
  const tape = TapeFile.open(core, tapePath('reference'))
  const run = { config: { checkpoints: ordinals }, hooks: { onCheckpoint } }
  expect(await runTape(core, tape, run), 'with checkpoints').toEqual(known.outcome)
  return documents
}

/** Shares work out among a few processes, which run side by side. */
async function inProcesses<Item>(
  items: readonly Item[],
  jobOf: (share: readonly Item[]) => Job,
): Promise<Outcome[]> {
  const size = Math.ceil(items.length / PROCESSES)
  const shares = Array.from({ length: PROCESSES }, (_, n) => items.slice(n * size, (n + 1) * size))
  return (await Promise.all(shares.map((share) => runJob(jobOf(share), folder)))).flat()
}

describe('a live session', () => {
  const choice: MarketChoice = { seed: 7, seconds: 12, symbols: ['BTCUSDT', 'ETHUSDT'] }
  const market = generateMarket(anyCore, choice)

  /** Feeds all inputs; `between` may do what must not matter. */
  async function run(
    core: CoreModule,
    journal: string,
    between?: (live: Awaited<ReturnType<typeof openSession>>, next: Input) => void,
  ): Promise<Outcome> {
    const live = await openSession({ core, market, journal })
    for (const input of market.inputs) {
      between?.(live, input)
      live.feed(input)
    }
    return finishSession(live)
  }

  const uninterrupted = run(anyCore, join(folder, 'uninterrupted.journal'))

  for (const one of cores) {
    it(`is the same with the ${one.kind} core, and so is its replay in each`, async (context) => {
      if (!('core' in one)) return context.skip(one.absent)
      const journal = join(folder, `${one.kind}.journal`)
      const outcome = await run(one.core, journal)
      expect(outcome).toEqual(await uninterrupted)
      for (const { core } of present) {
        const { verdict, digest } = await verifyJournal(core, journal)
        expect(verdict).toMatchObject({ equal: true, closed: true, tornBytes: 0 })
        expect(verdict.throughSeq).toBe(market.inputs.length + 1)
        expect(digest).toEqual(outcome.digest)
      }
    })
  }

  it('is the same however often it is polled in between', async () => {
    const random = new Random(3)
    const journal = join(folder, 'polled.journal')
    const outcome = await run(anyCore, journal, (live, { stamp }) => {
      for (let n = random.below(4); n > 0; n--) {
        const gap = stamp - 1 - live.clock.time
        if (gap <= 0) return
        live.clock.time += random.below(gap) + 1
        live.driver.advance()
      }
    })
    expect(outcome).toEqual(await uninterrupted)
    const { report, verdict } = await verifyJournal(anyCore, journal)
    expect(report.byType.advance).toBeGreaterThan(100)
    expect(verdict).toMatchObject({ equal: true, closed: true })
  })

  it('is the same in another process with a small heap', async () => {
    const journal = join(folder, 'small-heap.journal')
    const job: Job = { kind: 'live', core: anyCore.kind, market: choice, journal }
    expect(await runJob(job, folder, ['--max-old-space-size=96'])).toEqual([await uninterrupted])
  })

  it('gives a tape with the same digests', async () => {
    const journal = join(folder, 'to-a-tape.journal')
    const outcome = await run(anyCore, journal)
    for (const codec of ['none', 'delta+zstd']) {
      const path = tapePath(`of-a-journal-${codec}`)
      cliJson(['import', journal, '--out', path, '--codec', codec, '--block', '77'])
      const tape = TapeFile.open(anyCore, path)
      const { digest, strategies } = await runTape(anyCore, tape)
      expect(tape.summary.contentHash).toBe(outcome.digest.market)
      expect(digest.market).toBe(outcome.digest.market)
      expect(digest.features).toBe(outcome.digest.features)
      // Notes carry the engine time, which in a session passes with every input, also with those that
      // bring no event: equal, as this market has none.
      expect(digest.decisions).toBe(outcome.digest.decisions)
      expect(strategies).toBe(outcome.strategies)
    }
  })

  it('is the same when it is restarted from a checkpoint in another process', async () => {
    // Configuration and reference take the two nanoseconds behind the checkpoint: an input that came
    // within them would be pushed, as it would be live.
    const hasRoom = (place: number): boolean => {
      const stamps = [-1, 0, 1, 2].map((n) => market.inputs[place + n]?.stamp ?? 0)
      return stamps.every((stamp, n) => n === 0 || stamp - (stamps[n - 1] as number) > 3)
    }
    const places = new Random(5)
      .distinct(30, market.inputs.length - 1)
      .filter(hasRoom)
      .slice(0, 20)
    const checkpoints: LiveCheckpoint[] = []
    mkdirSync(join(folder, 'restarted'))
    let fed = 0
    await run(anyCore, join(folder, 'saved.journal'), (live) => {
      if (places.includes(fed)) {
        const [document, journal] = ['twc', 'journal'].map((end) => {
          return join(folder, 'restarted', `${fed}.${end}`)
        }) as [string, string]
        writeFileSync(document, live.driver.checkpoint())
        checkpoints.push({ document, next: fed, journal })
      }
      fed++
    })
    expect(checkpoints).toHaveLength(places.length)
    const core = anyCore.kind
    const outcomes = await inProcesses(checkpoints, (share) => ({
      ...{ kind: 'restoreLive', core, market: choice, checkpoints: share },
    }))
    expect(outcomes).toHaveLength(places.length)
    for (const outcome of outcomes) expect(outcome).toEqual(await uninterrupted)
    // Compiled strategies have other hashes than their sources: the compiled command replays them.
    for (const { journal, next } of checkpoints.slice(0, 5)) {
      const { json } = cli(['verify', journal, '--json', '--quiet'], { cwd: strategyFolder })
      const verdict = json<ReplayVerdict & Pick<Outcome, 'digest'>>()
      expect(verdict, `restarted at ${next}`).toMatchObject({
        ...{ equal: true, closed: true, throughSeq: market.inputs.length + 3 },
        digest: (await uninterrupted).digest,
      })
      const imported = cli(['import', journal, '--out', tapePath('restarted'), '--json', '--quiet'])
      expect(imported.code).toBe(3)
      expect(imported.json()).toMatchObject({ error: { code: 'E_IMPORT_CHECKPOINT' } })
    }
  })
})

const recording = join(
  process.env.TICKWRIGHT_DATA ?? join(root, '../shared/data'),
  'binance-ws-20240808/usdm_btcusdt_20240808.gz',
)

describe.runIf(existsSync(recording))('a recording, USD-M BTCUSDT', () => {
  const path = tapePath('recording')
  let whole: Outcome

  beforeAll(async () => {
    cliJson(['import', recording, '--out', path])
    whole = await runTape(anyCore, TapeFile.open(anyCore, path))
  })

  it('has a digest that neither build nor block size changes', async () => {
    const blocks = tapePath('recording-blocks')
    cliJson(['import', recording, '--out', blocks, '--codec', 'none', '--block', '61'])
    expect(whole.events).toBeGreaterThan(20_000)
    for (const { core } of present) {
      expect(await runTape(core, TapeFile.open(core, path))).toEqual(whole)
      expect(await runTape(core, TapeFile.open(core, blocks))).toEqual(whole)
    }
  })

  it('goes on from checkpoints in another process to the same end', async () => {
    const documents: string[] = []
    const onCheckpoint = (document: Uint8Array): void => {
      documents.push(join(folder, `recording-${documents.length}.twc`))
      writeFileSync(documents.at(-1) as string, document)
    }
    const checkpoints = new Random(8).distinct(10, whole.events)
    const run = { config: { checkpoints }, hooks: { onCheckpoint } }
    expect(await runTape(anyCore, TapeFile.open(anyCore, path), run)).toEqual(whole)
    const job: Job = { kind: 'restoreTape', core: anyCore.kind, tape: path, checkpoints: documents }
    expect(await runJob(job, folder)).toEqual(checkpoints.map(() => whole))
  })
})

if (!existsSync(recording)) {
  it('a recording, USD-M BTCUSDT', (context) => context.skip('no recordings'))
}
