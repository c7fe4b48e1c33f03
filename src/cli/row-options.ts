import { realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { collect, usage } from './command.js'

/** Which rows of a tape are wanted. */
export interface RowOptions {
  readonly set: string
  readonly instrument?: readonly string[]
  readonly on?: string
  readonly every?: string
}

export function addRowOptions(command: Command): void {
  command
    .requiredOption('--set <file>', 'a feature set, JSON or YAML')
    .option('--instrument <name>', 'rows of that alone; can be given several times', collect)
    .addOption(
      new Option('--on <events>', 'a row at each of them (default: depth)').choices([
        'depth',
        'trade',
        'quote',
        'touch',
      ]),
    )
    .option('--every <time>', 'rows at a fixed pace instead, such as 100ms')
}

/** `plan` of the core's tools: `native/world/src/rows/plan.rs`. */
export function planOf({ instrument, on, every }: RowOptions): object {
  if (on !== undefined && every !== undefined)
    throw usage('--on and --every do not go together', 'rows come on events or every so often')
  return {
    ...(instrument === undefined ? {} : { instruments: instrument }),
    ...(on === undefined ? {} : { on }),
    ...(every === undefined ? {} : { every }),
  }
}

/** Throws where what would be written is one of what is read. */
export function refuseSource(out: string, sources: readonly string[]): void {
  if (sources.some((source) => real(source) === real(out)))
    throw usage(`--out ${out} is a source`, 'give the file another name')
}

function real(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return resolve(path)
  }
}
