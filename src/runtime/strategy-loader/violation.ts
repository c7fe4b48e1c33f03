/** One thing in a strategy's source that is refused. */
export interface Violation {
  readonly file: string
  /** From 1, as editors count. */
  readonly line: number
  readonly column: number
  /** What was seen, and what to write instead. */
  readonly what: string
}

/** `file:line:column`, which terminals and editors make a link of. */
export function placeOf({ file, line, column }: Violation): string {
  return `${file}:${line}:${column}`
}
