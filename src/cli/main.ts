import { Command, CommanderError } from 'commander'
import { TickwrightError } from '../errors/tickwright-error.js'
import { addBench } from './bench.js'
import { addBook } from './book.js'
import type { ExitCode } from './command.js'
import { addDiff } from './diff.js'
import { addGenerate } from './generate.js'
import { addImport } from './import.js'
import { addInspect } from './inspect.js'
import { addProve } from './prove.js'
import { addReplay } from './replay.js'
import { addRun } from './run.js'
import { addStart } from './start.js'
import { addVerify } from './verify.js'
import { packageVersion } from './version.js'

const USAGE = 2
const OUR_FAULT = 70

/** Runs one command; returns the exit code. Arguments as after `tickwright`. */
export async function main(argv: readonly string[]): Promise<number> {
  const exit: ExitCode = { value: 0 }
  const program = build(exit)
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // The reader has seen enough (`| head`): not an error.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return exit.value
  } catch (error) {
    return report(error, argv.includes('--json'))
  }
}

function build(exit: ExitCode): Command {
  const program = new Command('tickwright')
    .description(
      'Streaming trading engine: proven books, and live sessions that replay bit for bit.',
    )
    .version(packageVersion())
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  for (const add of [
    ...[addStart, addImport, addInspect, addProve, addBook, addReplay],
    ...[addRun, addVerify, addDiff, addGenerate, addBench],
  ]) {
    add(program, exit)
  }
  for (const command of program.commands)
    command.exitOverride().configureOutput({ writeErr: () => {} })
  program.addHelpText(
    'after',
    `\nExit codes: 0 done and true, 1 done and the answer is no, 2 usage or configuration,\n3 bad input data, 4 something needed is missing, 70 our fault.`,
  )
  return program
}

/** Says what went wrong: as text on standard error, or as a document on standard output. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  const known = asTickwright(error)
  const { code, message, at, hint } = known
  if (json) {
    process.stdout.write(`${JSON.stringify({ error: { code, message, at, hint } })}\n`)
  } else {
    const lines = [`${code}: ${message}`, at && `  at:   ${at}`, hint && `  hint: ${hint}`]
    process.stderr.write(`${lines.filter(Boolean).join('\n')}\n`)
    if (known.category === 'internal' && error instanceof Error) {
      process.stderr.write(`${error.stack}\n`)
    }
  }
  return known.exitCode
}

function asTickwright(error: unknown): TickwrightError {
  if (error instanceof TickwrightError) return error
  if (error instanceof CommanderError && error.exitCode <= USAGE) {
    const message = error.message.replace(/^error: /, '')
    return new TickwrightError('E_USAGE', message, { hint: 'see tickwright --help' })
  }
  const message = error instanceof Error ? error.message : String(error)
  return new TickwrightError('E_INVARIANT', message, {
    cause: error,
    hint: `exit ${OUR_FAULT}: please report this`,
  })
}
