import { isDeepStrictEqual } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import { type Spread, spread } from './statistics.js'

/** One run: how long the work itself took, and what it answered. */
export interface Sample {
  readonly ns: number
  readonly answer: unknown
}

/** One of the things that are measured against each other. */
export interface Contender {
  readonly name: string
  /** What the work is counted in, for figures: `frame`, `row`, `trigger`. */
  readonly unit: string
  /** So many of them are in one run. */
  readonly units: number
  /** What each run must answer; the first run's answer where absent. */
  readonly expected?: unknown
  /** Prepares, times the work alone, and cleans up. */
  sample(): Sample | Promise<Sample>
  /** Called once after all runs. */
  end?(): void | Promise<void>
}

/** A contender's measured runs, in the order in which they were made. */
export interface Measured {
  readonly name: string
  readonly unit: string
  readonly units: number
  /** Nanoseconds of each run. */
  readonly ns: readonly number[]
  readonly perRun: Spread
}

export interface RunPlan {
  readonly warmUps: number
  readonly runs: number
  /** Called before each round, for progress. */
  readonly onRound?: (round: number, rounds: number) => void
}

/** Times a piece of work; what it returns is the answer. */
export function timed(work: () => unknown): Sample {
  const start = process.hrtime.bigint()
  const answer = work()
  return { ns: Number(process.hrtime.bigint() - start), answer }
}

/** The same for work that awaits. */
export async function timedAsync(work: () => Promise<unknown>): Promise<Sample> {
  const start = process.hrtime.bigint()
  const answer = await work()
  return { ns: Number(process.hrtime.bigint() - start), answer }
}

/**
 * Runs contenders in turn, A B C A B C …, after as many unmeasured rounds as the plan says. A round
 * holds one run of each, so that what disturbs the machine disturbs all. Every answer is checked, in
 * the warm-up too: `E_BENCH_ANSWER` where one is wrong.
 */
export async function alternate(
  contenders: readonly Contender[],
  plan: RunPlan,
): Promise<Measured[]> {
  const series: Series[] = contenders.map((c) => ({ contender: c, ns: [], expected: c.expected }))
  const rounds = plan.warmUps + plan.runs
  try {
    for (let round = 0; round < rounds; round++) {
      plan.onRound?.(round, rounds)
      for (const one of series) await runOnce(one, round, round >= plan.warmUps)
    }
  } finally {
    for (const { end } of contenders) await end?.()
  }
  return series.map(({ contender: { name, unit, units }, ns }) => {
    return { name, unit, units, ns, perRun: spread(ns) }
  })
}

interface Series {
  readonly contender: Contender
  readonly ns: number[]
  expected: unknown
}

async function runOnce(series: Series, round: number, counts: boolean): Promise<void> {
  collectGarbage()
  const { ns, answer } = await series.contender.sample()
  series.expected ??= answer
  check(series.contender.name, round, answer, series.expected)
  if (counts) series.ns.push(ns)
}

function check(name: string, round: number, answer: unknown, expected: unknown): void {
  if (isDeepStrictEqual(answer, expected)) return
  const seen = `${JSON.stringify(answer)} instead of ${JSON.stringify(expected)}`
  throw new TickwrightError('E_BENCH_ANSWER', `${name} answered ${seen}`, {
    at: `round ${round}`,
    category: 'internal',
    hint: 'a fast wrong answer is no result: find the change that made it',
  })
}

/** Between runs, so that no run pays for another's garbage. */
const collectGarbage = exposeGarbageCollector()

function exposeGarbageCollector(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  setFlagsFromString('--no-expose-gc')
  return collect
}
