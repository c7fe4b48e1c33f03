import type { CoreChoice } from '../src/adapters/core/load-core.js'
import type { CoreModule } from '../src/ports/core.js'
import type { Contender, Measured, RunPlan } from './harness.js'
import { alternate } from './harness.js'
import { pairRatios, type Spread, scaled } from './statistics.js'

/** What a suite works with. */
export interface SuiteContext {
  readonly quick: boolean
  /** Suites that take minutes do their work only with this. */
  readonly full: boolean
  /** A folder of the run's own, removed at its end. */
  readonly scratch: string
  /** The folder of recordings, or undefined where there is none. */
  readonly recordings: string | undefined
  readonly load: (choice: CoreChoice) => CoreModule
  readonly plan: RunPlan
  /** A line of progress. */
  readonly say: (line: string) => void
}

/** A benchmark by name. */
export interface Suite {
  readonly name: string
  readonly about: string
  run(context: SuiteContext): Promise<SuiteReport>
}

/** How many times faster (or larger) one thing is than another, in one run. */
export interface Ratio extends Spread {
  readonly name: string
  /** What the design asks for, in words. */
  readonly target?: string
}

/** A figure that stands by itself. Absolute: it is shown, never gated. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly target?: string
}

/** What was measured of one contender, for one unit of its work. */
export interface Line {
  readonly name: string
  readonly unit: string
  readonly units: number
  readonly nsPerUnit: Spread
  readonly unitsPerSecond: number
}

export interface SuiteReport {
  readonly name: string
  /** What the work was done on. */
  readonly source: string
  readonly lines: readonly Line[]
  readonly ratios: readonly Ratio[]
  readonly figures: readonly Figure[]
  /** What could not be measured here, and why. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
}

/** Collects what a suite measures. */
export class ReportBuilder {
  readonly lines: Line[] = []
  readonly ratios: Ratio[] = []
  readonly figures: Figure[] = []
  readonly skipped: { name: string; reason: string }[] = []
  readonly #context: SuiteContext

  constructor(context: SuiteContext) {
    this.#context = context
  }

  /** Measures contenders against each other and adds a line for each. */
  async measure(contenders: readonly Contender[]): Promise<(name: string) => Measured> {
    const measured = await alternate(contenders, this.#context.plan)
    this.lines.push(...measured.map(lineOf))
    return (name) => {
      const found = measured.find((m) => m.name === name)
      if (found === undefined) throw new RangeError(`no contender is called ${name}`)
      return found
    }
  }

  /** How many times faster `fast` did its work than `slow`, for as many units of it. */
  faster(name: string, slow: Measured, fast: Measured, target?: string): void {
    const each = (m: Measured): number[] => m.ns.map((ns) => ns / m.units)
    this.ratio(name, each(slow), each(fast), target)
  }

  ratio(name: string, above: readonly number[], below: readonly number[], target?: string): void {
    this.ratios.push({ name, ...pairRatios(above, below), ...optional(target) })
  }

  figure(name: string, value: number, unit: string, target?: string): void {
    this.figures.push({ name, value, unit, ...optional(target) })
  }

  skip(name: string, reason: string): void {
    this.skipped.push({ name, reason })
  }

  build(name: string, source: string): SuiteReport {
    const { lines, ratios, figures, skipped } = this
    return { name, source, lines, ratios, figures, skipped }
  }
}

const optional = (target: string | undefined) => (target === undefined ? {} : { target })

function lineOf({ name, unit, units, perRun }: Measured): Line {
  const nsPerUnit = scaled(perRun, 1 / units)
  return { name, unit, units, nsPerUnit, unitsPerSecond: 1e9 / nsPerUnit.median }
}
