import { Command, CommanderError } from 'commander'
import { TickwrightError } from '../errors/tickwright-error.js'
import { addBench } from './bench.js'
import { addBook } from './book.js'
import { type ExitCode, INTERRUPTED } from './command.js'
import { addConvert } from './convert.js'
import { addDiff } from './diff.js'
import { addFeatures } from './features.js'
import { addGenerate } from './generate.js'
import { addImport } from './import.js'
import { addInspect } from './inspect.js'
import { addProve } from './prove.js'
import { addProveCausal } from './prove-causal.js'
import { addReplay } from './replay.js'
import { addRun } from './run.js'
import { addStart } from './start.js'
import { isSystemError, systemError } from './system-error.js'
import { Interrupted } from './ui.js'
import { addVerify } from './verify.js'
import { packageVersion } from './version.js'

const USAGE = 2
const OUR_FAULT = 70

/** Runs one command; returns the exit code. Arguments as after `tickwright`. */
export async function main(argv: readonly string[]): Promise<number> {
  const exit: ExitCode = { value: 0 }
  const program = build(exit)
  for (const stream of [process.stdout, process.stderr]) endQuietlyOnClosedPipe(stream)
  try {
    if (argv.length === 0) program.outputHelp()
    else await program.parseAsync(argv, { from: 'user' })
    return exit.value
  } catch (error) {
    return report(error, argv.includes('--json'))
  }
}

/** The reader has seen enough (`| head`): not an error. */
function endQuietlyOnClosedPipe(stream: NodeJS.WriteStream): void {
  if (stream.listenerCount('error', onPipeError) > 0) return
  stream.on('error', onPipeError)
}

function onPipeError(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0)
  throw error
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
    ...[addStart, addImport, addInspect, addProve, addBook, addConvert, addReplay],
    ...[addRun, addVerify, addDiff, addFeatures, addProveCausal, addGenerate, addBench],
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

/** Says what went wrong on standard error, and with `--json` as a document on standard output. */
function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError && error.exitCode === 0) return 0
  if (error instanceof Interrupted) {
    process.stderr.write('interrupted; nothing half-written is left\n')
    return INTERRUPTED
  }
  const known = asTickwright(error)
  const { code, message, at, hint } = known
  if (json) process.stdout.write(`${JSON.stringify({ error: known })}\n`)
  const lines = [`${code}: ${message}`, at && `  at:   ${at}`, hint && `  hint: ${hint}`]
  process.stderr.write(`${lines.filter(Boolean).join('\n')}\n`)
  if (known.category === 'internal' && error instanceof Error) {
    process.stderr.write(`${error.stack}\n`)
  }
  return known.exitCode
}

function asTickwright(error: unknown): TickwrightError {
  if (error instanceof TickwrightError) return error
  if (error instanceof CommanderError && error.exitCode <= USAGE) {
    const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n')
    const hint = more.length > 0 ? more.join(' ') : 'see tickwright --help'
    return new TickwrightError('E_USAGE', message, { hint })
  }
  if (isSystemError(error)) return systemError(error)
  const message = error instanceof Error ? error.message : String(error)
  return new TickwrightError('E_INVARIANT', message, {
    cause: error,
    hint: `exit ${OUR_FAULT}: please report this`,
  })
}
