import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TickwrightError } from '../../src/errors/tickwright-error.js'
import { timed } from '../harness.js'
import { spread } from '../statistics.js'
import { ReportBuilder, type Suite } from '../suite.js'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** From a bare clone to a working command, and the same once more: minutes, so only when asked for. */
export const setup: Suite = {
  name: 'setup',
  about: 'set-up from a bare clone, cold and warm',
  async run(context) {
    const report = new ReportBuilder(context)
    if (!context.full) {
      report.skip('setup', 'takes minutes: give --full')
      return report.build('setup', 'nothing')
    }
    const clone = join(context.scratch, 'clone')
    run('git', ['clone', '--quiet', root, clone], context.scratch)
    const set = () => run(process.execPath, ['scripts/bootstrap.mjs', '--quiet'], clone)
    context.say('  packages, addon, TypeScript')
    const cold = timed(set).ns
    const warm = Array.from({ length: context.plan.runs }, () => timed(set).ns)
    report.figure('cold, packages out of npm’s cache', cold / 1e9, 's')
    report.figure('warm', spread(warm).median / 1e9, 's', '< 2 s')
    return report.build('setup', 'a clone of this checkout')
  },
}

function run(command: string, args: readonly string[], cwd: string): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' })
  if (status === 0) return
  throw new TickwrightError('E_INVARIANT', `${command} failed: ${error?.message ?? stderr}`, {
    at: cwd,
  })
}
