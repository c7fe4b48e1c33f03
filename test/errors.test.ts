import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { categoryOf, type ErrorCategory } from '../src/errors/codes.js'

const root = join(import.meta.dirname, '..')
const ROOTS = ['native', 'wasm', 'src', 'replay', 'scripts']
const SECTIONS: Readonly<Record<string, ErrorCategory>> = {
  'exit 2': 'usage',
  'exit 3': 'data',
  'exit 4': 'missing',
  'exit 70': 'internal',
}

/** Codes that the product's sources name, with one file each; tests and tables of prefixes aside. */
function codesInSources(): Map<string, string> {
  const found = new Map<string, string>()
  for (const folder of ROOTS) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name)
      if (
        !/\.(rs|ts|mjs)$/.test(path) ||
        /test|node_modules|target|errors\/codes/.test(path.slice(root.length))
      )
        continue
      const text = readFileSync(path, 'utf8').split(/#\[cfg\(test\)\]\s*mod tests/)[0] ?? ''
      for (const [, code] of text.matchAll(/['"](E_[A-Z_]*[A-Z])['"]/g))
        found.set(code as string, path)
    }
  }
  return found
}

/** Codes of docs/errors.md with the category of their section. */
function documentedCodes(): Map<string, ErrorCategory> {
  const documented = new Map<string, ErrorCategory>()
  let category: ErrorCategory | undefined
  for (const line of readFileSync(join(root, 'docs/errors.md'), 'utf8').split('\n')) {
    const section = Object.keys(SECTIONS).find(
      (exit) => line.startsWith('## ') && line.includes(`(${exit})`),
    )
    if (section !== undefined) category = SECTIONS[section]
    const code = /^\| `(E_[A-Z_]+)`/.exec(line)?.[1]
    if (code !== undefined && category !== undefined) documented.set(code, category)
  }
  return documented
}

test('every code in the sources is in docs/errors.md', () => {
  const documented = documentedCodes()
  const missing = [...codesInSources()].filter(([code]) => !documented.has(code))
  expect(missing).toEqual([])
})

test('a code leads to the exit code that docs/errors.md says', () => {
  const wrong = [...documentedCodes()].filter(([code, category]) => categoryOf(code) !== category)
  expect(wrong).toEqual([])
})
