import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, root, show } from './source-files.js'

interface Exception {
  readonly key: string
  readonly reason: string
}

const FILE = 'test/architecture.exceptions.json'

const all = JSON.parse(readFileSync(join(root, FILE), 'utf8')) as Record<string, Exception[]>

export const exceptionRules = Object.keys(all)

/** Findings that no exception covers, and exceptions that cover nothing or give no reason. */
export function unexcused(
  rule: string,
  findings: readonly Finding[],
  exceptions: readonly Exception[] = all[rule] ?? [],
): string[] {
  const excused = new Set(exceptions.map(({ key }) => key))
  const keys = new Set(findings.map(({ key }) => key))
  return [
    ...findings.filter(({ key }) => !excused.has(key)).map(show),
    ...exceptions
      .filter(({ key }) => !keys.has(key))
      .map(({ key }) => `${FILE} ${rule}: "${key}" is not needed any more: remove it`),
    ...exceptions
      .filter(({ reason }) => reason.trim().length < 20)
      .map(({ key }) => `${FILE} ${rule}: "${key}" has no reason`),
  ]
}
