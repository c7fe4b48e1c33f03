import { readFileSync } from 'node:fs'
import * as z from 'zod'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import type { SuiteReport } from './suite.js'

/**
 * Bounds of ratios by suite and name. There is none for a time: an absolute figure says more of the
 * machine than of the code.
 */
const bound = z
  .strictObject({ atLeast: z.number().positive(), atMost: z.number().positive() })
  .partial()
const budgetSchema = z.record(z.string(), z.record(z.string(), bound))

export type Budget = z.infer<typeof budgetSchema>

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
    return budgetSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
  } catch (error) {
    const seen = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message
    throw new TickwrightError('E_CONFIG_BUDGET', `not a budget: ${seen}`, {
      at: path,
      hint: '{ "SUITE": { "RATIO": { "atLeast": 7 } } }',
      cause: error,
    })
  }
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
