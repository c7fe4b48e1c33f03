// Files of the checkout: walking, hashing, atomic writing. Plain Node, no packages.
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The checkout that these scripts belong to, whatever the working directory is. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

const SKIPPED = new Set(['node_modules', 'target', 'dist', 'runs', '.git'])

/** Paths relative to the checkout of all files under `start` (a file or a folder), sorted. */
export function walk(start, keep = () => true) {
  const out = []
  const visit = (path) => {
    const full = join(root, path)
    if (!existsSync(full)) return
    const entries = readdirSync(full, { withFileTypes: true })
    for (const entry of entries) {
      const inner = `${path}/${entry.name}`
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(inner)
      } else if (keep(inner)) out.push(inner)
    }
  }
  if (existsSync(join(root, start)) && !isFolder(start)) return keep(start) ? [start] : []
  visit(start)
  return out.sort()
}

function isFolder(path) {
  try {
    readdirSync(join(root, path))
    return true
  } catch {
    return false
  }
}

/** SHA-256 over names and contents of files, and over `extra` (flags, platform). */
export function hashFiles(paths, extra = '') {
  const hash = createHash('sha256').update(`${extra}\0`)
  for (const path of paths) {
    const bytes = readFileSync(join(root, path))
    hash.update(`${path}\0${bytes.length}\0`).update(bytes)
  }
  return hash.digest('hex')
}

/** Replaces a file in one step: a reader sees the old one or the new one, never a part. */
export function writeAtomic(path, data) {
  const draft = `${path}.${process.pid}.tmp`
  writeFileSync(draft, data)
  renameSync(draft, path)
}

/** The parsed JSON of a file, or `otherwise` where it is absent or damaged. */
export function readJson(path, otherwise) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return otherwise
  }
}
