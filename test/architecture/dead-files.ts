// A file that nothing reaches is either forgotten or not wired up.
import { posix } from 'node:path'
import { importsOf, resolveImport } from './imports.js'
import { rustCode } from './rust.js'
import type { Finding, SourceFile } from './source-files.js'

/** Where running code starts. Strategies are loaded by name, as a user's file is. */
const isEntry = (path: string): boolean =>
  path === 'src/index.ts' ||
  path === 'src/cli/main.ts' ||
  /^(bench|examples)\/[^/]+\.ts$/.test(path) ||
  path.startsWith('src/strategies/') ||
  path.endsWith('.test.ts')

const dead = (path: string, message: string): Finding => ({ path, line: 1, key: path, message })

/** TypeScript that no entry imports; a file outside `test/` that only tests import is dead as well. */
export function checkDeadTypeScript(files: readonly SourceFile[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const reached = new Set<string>()
  const queue = files.filter(({ path }) => isEntry(path)).map(({ path }) => path)
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const file = byPath.get(path)
    if (!file || reached.has(path)) continue
    reached.add(path)
    for (const { specifier } of importsOf(file)) {
      const target = resolveImport(path, specifier)
      if (target && !(path.endsWith('.test.ts') && !target.startsWith('test/'))) queue.push(target)
    }
  }
  return files
    .filter(({ path }) => !reached.has(path) && !path.endsWith('.d.ts'))
    .map(({ path }) => dead(path, 'nothing that runs imports this file'))
}

/** Rust files that no `mod` names; cargo does not mention them. */
export function checkDeadRust(files: readonly SourceFile[]): Finding[] {
  const named = new Set(files.flatMap(namedModules))
  return files
    .filter(({ path }) => !isRustEntry(path) && !named.has(path))
    .map(({ path }) => dead(path, 'no `mod` names this file'))
}

const isRustEntry = (path: string): boolean =>
  /\/(src\/(lib|main)|build)\.rs$|\/src\/bin\/[^/]+\.rs$/.test(path) ||
  /\/(tests|examples|benches|fuzz_targets)\/([^/]+|[^/]+\/main)\.rs$/.test(path)

function namedModules({ path, text }: SourceFile): string[] {
  const folder = posix.dirname(path)
  const stem = posix.basename(path, '.rs')
  const inner =
    ['lib', 'main', 'mod'].includes(stem) || isRustEntry(path) ? folder : `${folder}/${stem}`
  const byPath = [...text.matchAll(/#\[path\s*=\s*"([^"]+)"\]/g)].map((found) =>
    posix.normalize(`${folder}/${found[1]}`),
  )
  // Tests name their modules under #[cfg(test)] too, so the text counts as it is, without comments.
  const byName = [...rustCode(text).matchAll(/\bmod (\w+)\s*;/g)].flatMap((found) => [
    `${inner}/${found[1]}.rs`,
    `${inner}/${found[1]}/mod.rs`,
  ])
  return [...byPath, ...byName]
}

/** Scripts that no command, workflow, document, test or other script mentions by file name. */
export function checkDeadScripts(
  scripts: readonly SourceFile[],
  mentions: readonly SourceFile[],
): Finding[] {
  return scripts
    .filter(({ path }) => {
      if (path.endsWith('.test.mjs')) return false
      const name = posix.basename(path)
      return !mentions.some((file) => file.path !== path && file.text.includes(name))
    })
    .map(({ path }) => dead(path, 'nothing mentions this script'))
}
