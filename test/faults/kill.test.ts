// Kill -9 of a process that writes a journal as fast as it can: the journal opens, nothing that was reported
// is lost, torn bytes are said, and the replay is equal. TICKWRIGHT_NODE_KILLS sets the number of kills.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { CoreModule } from '../../src/ports/core.js'
import { cores } from '../support/cores.js'
import { temporaryFolder } from '../support/folders.js'
import { jobArgs } from '../support/job.js'
import { verifyJournal } from '../support/journal.js'
import { Random } from '../support/random.js'

const folder = temporaryFolder()
const KILLS = Number(process.env.TICKWRIGHT_NODE_KILLS ?? 20)
const SEGMENT_BYTES = 128 << 10
/** The writer is killed once it has reported a number below this: counted in inputs, not in time. */
const LATEST = 3_000

function reported(path: string): number {
  return Number(new BigUint64Array(new Uint8Array(readFileSync(path)).buffer)[0])
}

/** Waits until the writer has reported so many inputs. */
async function untilAt(
  count: number,
  child: ChildProcess,
  progress: string,
  errors: () => string,
): Promise<void> {
  while (reported(progress) < count) {
    if (child.exitCode !== null) throw new Error(`the writer ended by itself: ${errors()}`)
    await sleep(1)
  }
}

/** Starts a writer and kills it; returns how many inputs it had reported. */
async function killOne(core: CoreModule, place: string, random: Random): Promise<number> {
  mkdirSync(place)
  const [journal, progress] = [join(place, 'journal'), join(place, 'progress')]
  writeFileSync(progress, new Uint8Array(8))
  const market = { seed: random.below(1_000), seconds: 2 }
  const args = jobArgs(
    {
      kind: 'writeForever',
      core: core.kind,
      market,
      journal,
      segmentBytes: SEGMENT_BYTES,
      progress,
    },
    place,
  )
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  await untilAt(1 + random.below(LATEST), child, progress, () => errors)
  expect(child.exitCode, errors).toBeNull()
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  return reported(progress)
}

describe('a killed writer', () => {
  for (const choice of cores) {
    const kills = choice.kind === 'native' ? KILLS : Math.ceil(KILLS / 3)
    it(`loses nothing in ${kills} kills (${choice.kind})`, async (context) => {
      if (!('core' in choice)) return context.skip(choice.absent)
      const random = new Random(9)
      for (let n = 0; n < kills; n++) {
        const place = join(folder, `${choice.kind}-${n}`)
        const inputs = await killOne(choice.core, place, random)
        const { report, verdict } = await verifyJournal(choice.core, join(place, 'journal'))
        const found = report.lastSeq ?? 0
        expect(found, `kill ${n}`).toBeGreaterThanOrEqual(inputs)
        expect(found, `kill ${n}`).toBeLessThanOrEqual(inputs + 1)
        expect(verdict, `kill ${n}`).toMatchObject({ equal: true, closed: false })
        expect(verdict.throughSeq).toBeGreaterThanOrEqual(found - 1)
        expect(verdict.tornBytes).toBe(report.tornBytes)
        rmSync(place, { recursive: true })
      }
    }, 300_000)
  }
})
