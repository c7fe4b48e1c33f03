import type { Command } from 'commander'
import type { StrategyChoice } from '../runtime/strategies.js'
import { collect, usage } from './command.js'

export interface StrategyOptions {
  readonly strategy: readonly string[]
  readonly param: readonly string[]
}

export function addStrategyOptions(command: Command): Command {
  return command
    .option('--strategy <name or file>', 'a strategy; several run in this order', collect, [])
    .option(
      '--param <name=value>',
      'a parameter of the strategy before it was changed from its default',
      collect,
      [],
    )
}

/** Strategies with the parameters that were given; with several strategies `--param NAME:name=value`. */
export function strategyChoices(options: StrategyOptions): StrategyChoice[] {
  const choices = options.strategy.map((source) => ({
    source,
    params: {} as Record<string, unknown>,
  }))
  for (const text of options.param) {
    const [, owner, name, value] = /^(?:([^=]*):)?([^=:]+)=(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined)
      throw usage(`--param must be name=value, was '${text}'`)
    const choice = owner === undefined ? choices[0] : choices.find(({ source }) => source === owner)
    if (choice === undefined) throw usage(`--param ${text}: there is no such strategy`)
    choice.params[name] = parseValue(value)
  }
  return choices
}

function parseValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
