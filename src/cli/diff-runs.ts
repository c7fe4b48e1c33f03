import { type Difference, NO_DIFFERENCE } from './diff.js'
import { outputText, type RunOutput, readRun, runOutputs } from './run-folder.js'
import type { Ui } from './ui.js'

/** Two runs that `replay --out` wrote: first output that differs, else first stage whose digest does. */
export async function diffRuns(left: string, right: string, ui: Ui): Promise<Difference> {
  const stage = firstStage(left, right)
  const sides = [runOutputs(left), runOutputs(right)] as const
  for (let compared = 0; ; compared++) {
    const [x, y] = [next(sides[0]), next(sides[1])]
    const of = x ?? y
    if (of === undefined) break
    const field = differingField(x, y)
    if (field !== undefined) {
      const where = { stage: of.type === 'digest' ? stage : 'decisions', seq: of.causeSeq, field }
      return { equal: false, ...where, left: outputText(x), right: outputText(y) }
    }
    await ui.progress('comparing', compared, 0)
  }
  if (stage === null) return NO_DIFFERENCE
  const [a, b] = [readRun(left), readRun(right)]
  const where = { stage, seq: Math.min(a.events, b.events), field: 'digest' }
  return { equal: false, ...where, left: a.digest[stage], right: b.digest[stage] }
}

function next(outputs: Generator<RunOutput>): RunOutput | undefined {
  const { done, value } = outputs.next()
  return done === true ? undefined : value
}

function firstStage(left: string, right: string) {
  const [a, b] = [readRun(left).digest, readRun(right).digest]
  const stages = Object.keys(a) as (keyof typeof a)[]
  return stages.find((stage) => a[stage] !== b[stage]) ?? null
}

function differingField(a: RunOutput | undefined, b: RunOutput | undefined): string | undefined {
  if (a === undefined || b === undefined) return 'the output itself'
  const names = ['type', 'causeSeq', 'leg', 'stamp'] as const
  const field = names.find((name) => a[name] !== b[name])
  return field ?? (a.payload.equals(b.payload) ? undefined : 'payload')
}
