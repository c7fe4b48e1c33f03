import { readFileSync } from 'node:fs'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import type { SuiteReport } from './suite.js'

/** Bounds of a ratio. There is none for a time: an absolute figure says more of the machine. */
interface Bound {
  readonly atLeast?: number
  readonly atMost?: number
}

export type Budget = Readonly<Record<string, Readonly<Record<string, Bound>>>>

export interface Breach {
  readonly suite: string
  readonly ratio: string
  readonly median: number
  readonly bound: string
}

export interface Judgement {
  readonly held: number
  readonly breaches: readonly Breach[]
  /** Bounds of suites that ran whose ratio was not measured: a peer is missing, or there is no recording. */
  readonly unmeasured: readonly { readonly suite: string; readonly ratio: string }[]
}

/** Reads a budget file. Throws `E_CONFIG_BUDGET`. */
export function readBudget(path: string): Budget {
  try {
    return parseBudget(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    throw new TickwrightError('E_CONFIG_BUDGET', `not a budget: ${(error as Error).message}`, {
      at: path,
      hint: '{ "SUITE": { "RATIO": { "atLeast": 7 } } }',
      cause: error,
    })
  }
}

/** Throws `TypeError` that names the place. */
export function parseBudget(value: unknown): Budget {
  for (const [suite, ratios] of membersOf(value, 'the document')) {
    for (const [ratio, bound] of membersOf(ratios, suite)) {
      const members = membersOf(bound, `${suite}: ${ratio}`)
      const wrong = members.find(([key, limit]) => !BOUNDS.has(key) || !isPositive(limit))
      if (wrong !== undefined || members.length === 0) {
        throw new TypeError(`${suite}: ${ratio}: want a positive atLeast or atMost`)
      }
    }
  }
  return value as Budget
}

const BOUNDS = new Set(['atLeast', 'atMost'])
const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0

function membersOf(value: unknown, place: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return Object.entries(value)
  }
  throw new TypeError(`${place} is not an object`)
}

/** Holds the medians against the bounds of the suites that ran. */
export function judge(budget: Budget, reports: readonly SuiteReport[]): Judgement {
  const breaches: Breach[] = []
  const unmeasured: { suite: string; ratio: string }[] = []
  let held = 0
  for (const { name: suite, ratios } of reports) {
    for (const [ratio, { atLeast, atMost }] of Object.entries(budget[suite] ?? {})) {
      const median = ratios.find((r) => r.name === ratio)?.median
      if (median === undefined) unmeasured.push({ suite, ratio })
      else if (atLeast !== undefined && !(median >= atLeast)) {
        breaches.push({ suite, ratio, median, bound: `at least ${atLeast}` })
      } else if (atMost !== undefined && !(median <= atMost)) {
        breaches.push({ suite, ratio, median, bound: `at most ${atMost}` })
      } else held++
    }
  }
  return { held, breaches, unmeasured }
}
