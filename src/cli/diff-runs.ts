import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { StageDigests } from '../ports/core.js'
import { entryTypeNames } from '../protocol/layout.js'
import { type Difference, NO_DIFFERENCE } from './diff.js'

const HEADER = 32

interface Run {
  readonly digest: StageDigests
}

interface Output {
  readonly type: string
  readonly causeSeq: number
  readonly stamp: string
  readonly payload: Buffer
}

/** Two runs that `replay --out` wrote: first output that differs, else first stage whose digest does. */
export function diffRuns(left: string, right: string): Difference {
  const [a, b] = [readOutputs(left), readOutputs(right)]
  for (let index = 0; index < Math.max(a.length, b.length); index++) {
    const [x, y] = [a[index], b[index]]
    if (x !== undefined && y !== undefined && isSame(x, y)) continue
    const of = (x ?? y) as Output
    const stage = of.type === 'digest' ? firstStage(left, right) : 'decisions'
    return { equal: false, stage, seq: of.causeSeq, left: text(x), right: text(y) }
  }
  const stage = firstStage(left, right)
  if (stage === null) return NO_DIFFERENCE
  return {
    equal: false,
    stage,
    seq: null,
    left: digestOf(left, stage),
    right: digestOf(right, stage),
  }
}

const readRun = (path: string): Run =>
  JSON.parse(readFileSync(join(path, 'run.json'), 'utf8')) as Run
const digestOf = (path: string, stage: string): string =>
  readRun(path).digest[stage as keyof StageDigests]

function firstStage(left: string, right: string): string | null {
  const [a, b] = [readRun(left).digest, readRun(right).digest]
  const stages = Object.keys(a) as (keyof StageDigests)[]
  return stages.find((stage) => a[stage] !== b[stage]) ?? null
}

/** Type, leg (4 bytes each), cause, stamp, length (8 each), payload: as the core encodes them. */
function readOutputs(path: string): Output[] {
  const bytes = readFileSync(join(path, 'outputs.bin'))
  const out: Output[] = []
  for (let at = 0; at + HEADER <= bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(at + 24))
    out.push({
      type: entryTypeNames[bytes.readUInt32LE(at)] ?? 'unknown',
      causeSeq: Number(bytes.readBigUInt64LE(at + 8)),
      stamp: String(bytes.readBigInt64LE(at + 16)),
      payload: bytes.subarray(at + HEADER, at + HEADER + length),
    })
    at += HEADER + length
  }
  return out
}

const isSame = (a: Output, b: Output): boolean =>
  a.type === b.type &&
  a.causeSeq === b.causeSeq &&
  a.stamp === b.stamp &&
  a.payload.equals(b.payload)

function text(output: Output | undefined): string {
  if (output === undefined) return 'nothing: the run ends'
  const { type, stamp, payload } = output
  if (type !== 'note') return `${type} at ${stamp}: ${payload.toString('hex').slice(0, 96)}`
  const values = Array.from({ length: payload.readUInt32LE(4) }, (_, i) =>
    payload.readDoubleLE(8 + 8 * i),
  )
  const label = payload.subarray(8 + 8 * values.length).toString('utf8')
  return `note ${label} [${values.join(', ')}] of strategy ${payload.readUInt32LE(0)} at ${stamp}`
}
