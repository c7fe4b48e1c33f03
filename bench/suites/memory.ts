import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedTape } from '../sources/tapes.js'
import { ReportBuilder, type Suite } from '../suite.js'

const command = fileURLToPath(new URL('../../src/cli/entry.js', import.meta.url))

/** Anonymous memory of a replay, in a process of its own, against that of a tape ten times as long. */
export const memory: Suite = {
  name: 'memory',
  about: 'peak anonymous memory of a replay, and of a tape ten times as long',
  async run(context) {
    const report = new ReportBuilder(context)
    const seconds = context.quick ? 120 : 600
    const [short, long] = [seconds, 10 * seconds].map((length) => {
      const path = join(context.scratch, `${length}.tape`)
      writeFileSync(path, generatedTape(context.load('auto'), length, 'delta'))
      context.say(`  a tape of ${length} seconds`)
      return Array.from({ length: context.plan.runs }, () => peakOf(path))
    }) as [number[], number[]]
    report.ratio('ten times as long', long, short, '≤ 1.05')
    report.figure('the shorter', median(short) / 2 ** 20, 'MiB')
    report.figure('the longer', median(long) / 2 ** 20, 'MiB')
    return report.build('memory', `generated markets of ${seconds} and ${10 * seconds} seconds`)
  },
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

function peakOf(path: string): number {
  const args = [command, 'replay', path, '--json', '--quiet']
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return (JSON.parse(stdout) as { peakAnonBytes: number }).peakAnonBytes
}
