/**
 * What an error asks for, and the exit code of a command that ends in it: `usage` a change of
 * command or configuration (2), `data` other input (3), `missing` something to be installed or
 * started (4), `internal` a report to us (70).
 */
export type ErrorCategory = 'usage' | 'data' | 'missing' | 'internal'

export const exitCodes: Readonly<Record<ErrorCategory, number>> = {
  usage: 2,
  data: 3,
  missing: 4,
  internal: 70,
}

export interface CodeEntry {
  readonly category: ErrorCategory
  /** What the user can do; used where the place of the error has nothing better to say. */
  readonly hint: string
}

/** Codes that TypeScript raises. Codes are stable: they may be added, never reused. */
export const errorCodes = {
  E_STRATEGY_UNKNOWN: {
    category: 'usage',
    hint: 'give the name of a shipped strategy, or the path of a .ts, .js or .mjs file',
  },
  E_STRATEGY_FILE: { category: 'usage', hint: 'check the path and that the file can be read' },
  E_STRATEGY_SYNTAX: { category: 'usage', hint: 'correct the source' },
  E_STRATEGY_IMPURE: {
    category: 'usage',
    hint: 'a strategy decides from its context alone: docs/determinism.md',
  },
  E_STRATEGY_IMPORT: {
    category: 'usage',
    hint: "import relative files and 'tickwright' alone",
  },
  E_STRATEGY_EXPORT: {
    category: 'usage',
    hint: 'write `export default defineStrategy({ … })`',
  },
  E_STRATEGY_DEFINITION: { category: 'usage', hint: 'correct the definition' },
  E_STRATEGY_PARAMS: { category: 'usage', hint: 'correct the parameters' },
  E_STRATEGY_STATE: {
    category: 'usage',
    hint: 'keep plain JSON in the fields that `state` declares; an empty object is open to any key',
  },
  E_STRATEGY_ARGUMENT: { category: 'usage', hint: 'correct the call' },
  E_STRATEGY_THREW: { category: 'usage', hint: 'correct the strategy' },
  E_STRATEGY_RESTORE: {
    category: 'usage',
    hint: 'restore with the strategies that the checkpoint was taken with, in the same order',
  },
  E_COMMANDS_FULL: {
    category: 'usage',
    hint: 'write fewer or smaller commands in one step',
  },
  E_STATE_TEXT: { category: 'data', hint: 'the checkpoint is damaged; take an earlier one' },
  E_CORE_REPLY: {
    category: 'internal',
    hint: 'core and package differ in version: run the set-up',
  },
  E_INVARIANT: { category: 'internal', hint: 'please report this' },
} as const satisfies Readonly<Record<string, CodeEntry>>

export type ErrorCode = keyof typeof errorCodes

/** The core's codes that are not of their family's category. */
const exceptions: Readonly<Record<string, ErrorCategory>> = {
  E_COMMANDS_FULL: 'usage',
  E_INPUT_SIZE: 'usage',
  E_JOURNAL_CLOSED: 'usage',
  E_JOURNAL_EXISTS: 'usage',
  E_JOURNAL_FULL: 'internal',
  E_JOURNAL_LOCKED: 'usage',
  E_JOURNAL_RESERVE: 'internal',
  E_JOURNAL_TYPE: 'internal',
}

/** Families of the core's codes, by prefix; the first that fits counts. All codes: docs/errors.md. */
const families: readonly (readonly [string, ErrorCategory])[] = [
  ['E_ARGUMENT', 'usage'],
  ['E_CONFIG', 'usage'],
  ['E_GENERATOR', 'usage'],
  ['E_STRATEGY', 'usage'],
  ['E_USAGE', 'usage'],
  ['E_VENUE', 'usage'],
  ['E_BOOK', 'data'],
  ['E_CONVERT', 'data'],
  ['E_FRAME', 'data'],
  ['E_IMPORT', 'data'],
  ['E_INSTRUMENTS', 'data'],
  ['E_IO', 'data'],
  ['E_JOURNAL', 'data'],
  ['E_LINE', 'data'],
  ['E_NUMBER', 'data'],
  ['E_RECEIVE_TIME', 'data'],
  ['E_RECORD', 'data'],
  ['E_ROW', 'data'],
  ['E_RUN', 'data'],
  ['E_SCALE', 'data'],
  ['E_STATE', 'data'],
  ['E_SYMBOL', 'data'],
  ['E_TAPE', 'data'],
  ['E_DISK_FULL', 'missing'],
  ['E_MISSING', 'missing'],
  ['E_SETUP', 'missing'],
]

/** Category of any code: by the table, else by family, else ours to answer for. */
export function categoryOf(code: string): ErrorCategory {
  if (Object.hasOwn(errorCodes, code)) return errorCodes[code as ErrorCode].category
  const exception = exceptions[code]
  if (exception !== undefined) return exception
  return families.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 'internal'
}

/** The table's hint for a code, empty where it has none. */
export function hintOf(code: string): string {
  return Object.hasOwn(errorCodes, code) ? errorCodes[code as ErrorCode].hint : ''
}
