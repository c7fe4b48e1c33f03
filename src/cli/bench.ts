import type { Command } from 'commander'
import { readBudget } from '../../bench/budget.js'
import { suites } from '../../bench/registry.js'
import { runBench } from '../../bench/run.js'
import { headline, judgementText, suiteTable } from '../../bench/table.js'
import { define, type ExitCode, wholeNumber } from './command.js'

interface BenchOptions {
  readonly quick: boolean
  readonly full: boolean
  readonly runs?: number
  readonly budget?: string
}

export function addBench(program: Command, exit: ExitCode): void {
  const names = suites.map(({ name }) => name).join(', ')
  const command = program
    .command('bench')
    .description('measures in alternating runs, with every answer checked; ratios are what counts')
    .argument('[suite...]', `${names}; all where none is named`)
    .option('--quick', 'few runs and short markets: to see that it works', false)
    .option('--full', 'also what takes minutes', false)
    .option('--runs <n>', 'measured runs of each', wholeNumber('runs', 1))
    .option('--budget <file>', 'bounds of ratios; a breach is exit code 1')
  define<BenchOptions>(
    command,
    exit,
    'tickwright bench feed replay --quick',
    async (chosen, options, { ui }) => {
      const { quick, full, runs, budget } = options
      const document = await runBench({
        ...{ suites: chosen, quick, full },
        ...(runs === undefined ? {} : { runs }),
        ...(budget === undefined ? {} : { budget: readBudget(budget) }),
        say: (line) => ui.remark(line),
      })
      const text = (): string =>
        [
          headline(document.machine, quick),
          ...document.suites.map(suiteTable),
          ...(document.budget === null ? [] : [judgementText(document.budget)]),
        ].join('\n\n')
      return { document, text, failed: (document.budget?.breaches.length ?? 0) > 0 }
    },
  )
}
