// Work for another process: what it is asked, and how it is started.
import { execFile } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { CoreKind } from '../../src/ports/core.js'
import type { MarketChoice } from './market.js'
import { root } from './paths.js'
import type { Outcome } from './session.js'

/** A live session's checkpoint, and with which input it goes on. */
export interface LiveCheckpoint {
  readonly document: string
  readonly next: number
  readonly journal: string
}

export type Job = { readonly core: CoreKind } & (
  | { readonly kind: 'tape'; readonly tape: string }
  | { readonly kind: 'restoreTape'; readonly tape: string; readonly checkpoints: readonly string[] }
  | { readonly kind: 'live'; readonly market: MarketChoice; readonly journal: string }
  | {
      readonly kind: 'restoreLive'
      readonly market: MarketChoice
      readonly checkpoints: readonly LiveCheckpoint[]
    }
  /** Never ends: writes a journal, and how many inputs it has delivered, until it is killed. */
  | {
      readonly kind: 'writeForever'
      readonly market: MarketChoice
      readonly journal: string
      readonly segmentBytes: number
      readonly progress: string
    }
)

export const childProgram = join(root, 'dist/test/support/child.js')

const run = promisify(execFile)
const MAX_OUTPUT = 64 << 20

/** Runs a job in a process of its own. */
export async function runJob(
  job: Job,
  folder: string,
  nodeArgs: string[] = [],
): Promise<Outcome[]> {
  const { stdout } = await run(process.execPath, [...nodeArgs, ...jobArgs(job, folder)], {
    maxBuffer: MAX_OUTPUT,
  })
  return JSON.parse(stdout) as Outcome[]
}

let jobs = 0

/** Program and arguments of a process that does a job. */
export function jobArgs(job: Job, folder: string): string[] {
  if (!existsSync(childProgram)) throw new Error(`${childProgram} is absent: run \`npm run setup\``)
  const path = join(folder, `job-${process.pid}-${jobs++}.json`)
  writeFileSync(path, JSON.stringify(job))
  return [childProgram, path]
}
