import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadCore } from '../src/adapters/core/load-core.js'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import { type Budget, type Judgement, judge } from './budget.js'
import { type Machine, machine } from './machine.js'
import { suites } from './registry.js'
import { findRecordings } from './sources/recording.js'
import type { Suite, SuiteContext, SuiteReport } from './suite.js'

export interface BenchRequest {
  /** None: all. */
  readonly suites: readonly string[]
  readonly quick: boolean
  readonly full: boolean
  readonly runs?: number
  readonly budget?: Budget
  readonly say: (line: string) => void
  /** Called with each report as soon as it is there. */
  readonly onReport?: (report: SuiteReport) => void
}

/** The document of `bench --json`. */
export interface BenchDocument {
  readonly machine: Machine
  readonly quick: boolean
  readonly suites: readonly SuiteReport[]
  readonly budget: Judgement | null
}

const QUICK = { warmUps: 1, runs: 3 }
const NORMAL = { warmUps: 2, runs: 11 }

/** Runs suites in their order. Throws `E_BENCH_ANSWER`, `E_USAGE_SUITE`. */
export async function runBench(request: BenchRequest): Promise<BenchDocument> {
  const chosen = choose(request.suites)
  const { quick, full, say } = request
  const scratch = mkdtempSync(join(tmpdir(), 'tickwright-bench-'))
  const plan = quick ? QUICK : NORMAL
  const context: SuiteContext = {
    ...{ quick, full, scratch, say, load: loadCore, recordings: findRecordings() },
    plan: { ...plan, runs: request.runs ?? plan.runs },
  }
  const at = machine()
  const reports: SuiteReport[] = []
  try {
    for (const suite of chosen) {
      say(`${suite.name}: ${suite.about}`)
      const report = await suite.run(context)
      reports.push(report)
      request.onReport?.(report)
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  const judgement = request.budget === undefined ? null : judge(request.budget, reports)
  return { machine: at, quick, suites: reports, budget: judgement }
}

function choose(names: readonly string[]): readonly Suite[] {
  const unknown = names.find((name) => !suites.some((suite) => suite.name === name))
  if (unknown !== undefined) {
    throw new TickwrightError('E_USAGE_SUITE', `there is no suite "${unknown}"`, {
      hint: `one of ${suites.map(({ name }) => name).join(', ')}`,
    })
  }
  return names.length === 0 ? suites : suites.filter(({ name }) => names.includes(name))
}
