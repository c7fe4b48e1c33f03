import { type Command, Option } from 'commander'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { CoreModule } from '../ports/core.js'
import { type CoreChoice, loadCore } from '../runtime/core.js'
import { Ui } from './ui.js'

/** Exit code of a command that the user ended, as shells have it. */
export const INTERRUPTED = 130

/** Options that every command has. */
export interface CommonOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly core: CoreChoice
}

/** What a command found: one document, its readable form, and whether the answer is yes. */
export interface Outcome {
  readonly document: object
  readonly text: () => string
  /** The answer is no: exit code 1. */
  readonly failed?: boolean
}

export type Action<Options> = (
  args: readonly string[],
  options: Options & CommonOptions,
  tools: { readonly ui: Ui; readonly core: CoreModule },
) => Promise<Outcome> | Outcome

/** Exit code of the command that ran; read by `main` once parsing is done. */
export interface ExitCode {
  value: number
}

/** Adds the common options and runs `action`: one document with `--json`, else its text. */
export function define<Options>(
  command: Command,
  exit: ExitCode,
  example: string,
  action: Action<Options>,
): void {
  command
    .option('--json', 'one JSON document on standard output', false)
    .option('--quiet', 'no progress and no remarks on standard error', false)
    .addOption(
      new Option('--core <build>', 'which build of the core')
        .choices(['native', 'wasm', 'auto'])
        .default('auto'),
    )
    .addHelpText('after', `\nExample:\n  ${example.split('\n').join('\n  ')}`)
    .action(async (...given: unknown[]) => {
      const options = given.at(-2) as Options & CommonOptions
      const args = given.slice(0, -2).flat() as string[]
      const ui = new Ui(options)
      const release = onSignals(ui)
      try {
        const core = loadCore(options.core)
        if (core.reason !== undefined) ui.remark(`WebAssembly core: ${core.reason}`)
        const outcome = await action(args, options, { ui, core })
        ui.end()
        ui.result(options.json ? JSON.stringify(outcome.document) : outcome.text())
        exit.value = outcome.failed === true ? 1 : 0
      } finally {
        ui.end()
        release()
      }
    })
}

/** The first signal asks the command to end in good order, the second ends the process. */
function onSignals(ui: Ui): () => void {
  const signals = ['SIGINT', 'SIGTERM'] as const
  const listener = (): void => {
    if (ui.interrupted) process.exit(INTERRUPTED)
    ui.interrupt()
  }
  for (const signal of signals) process.on(signal, listener)
  return () => {
    for (const signal of signals) process.removeListener(signal, listener)
  }
}

/** A whole number of an option, at least `least`. */
export function wholeNumber(name: string, least: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value
    throw usage(`--${name} must be a whole number from ${least} on, was '${text}'`)
  }
}

/** Gathers an option that can be given several times. */
export const collect = (value: string, before: readonly string[] = []): string[] => [
  ...before,
  value,
]

export function usage(message: string, hint = 'see --help'): TickwrightError {
  return new TickwrightError('E_USAGE', message, { hint })
}
