import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/** A file of the checkout; `path` is relative to it, with forward slashes. */
export interface SourceFile {
  readonly path: string
  readonly text: string
}

/** Something that breaks a rule. `key` is what an exception names. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly key: string
  readonly message: string
}

export const root = fileURLToPath(new URL('../..', import.meta.url))

const LEFT_OUT = new Set(['node_modules', 'target', 'dist', 'runs', '.git'])

/** All files under the given folders whose name ends in one of `endings`, sorted by path. */
export function sourceFiles(folders: readonly string[], endings: readonly string[]): SourceFile[] {
  const out: SourceFile[] = []
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const full = join(folder, entry.name)
      if (entry.isDirectory() && !LEFT_OUT.has(entry.name)) visit(full)
      if (!entry.isFile() || !endings.some((ending) => entry.name.endsWith(ending))) continue
      out.push({
        path: relative(root, full).split(sep).join('/'),
        text: readFileSync(full, 'utf8'),
      })
    }
  }
  for (const folder of folders) {
    try {
      visit(join(root, folder))
    } catch (error) {
      // A folder of the layout that has no content yet does not exist.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return out.sort((a, b) => (a.path < b.path ? -1 : 1))
}

export const isTest = (path: string): boolean =>
  path.startsWith('test/') ||
  /\.test\.(ts|mjs)$|\/tests\.rs$|\/(tests|benches|examples)\/|_tests\.rs$/.test(path)

export const isGenerated = (path: string): boolean =>
  path === 'src/protocol/layout.ts' ||
  path.startsWith('src/protocol/generated/') ||
  path.startsWith('native/schema/src/generated/') ||
  path === 'native/schema/src/layout.rs'

/** `path:line message`, as an editor can jump to it. */
export const show = ({ path, line, message }: Finding): string => `${path}:${line} ${message}`
