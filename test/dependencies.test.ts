// Rules for dependencies: exact versions, a lock file that every platform can install, no code that runs at
// installation, and a documented reason for each.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root, sourceFiles } from './architecture/source-files.js'

interface LockEntry {
  readonly resolved?: string
  readonly version?: string
  readonly hasInstallScript?: boolean
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>
}
interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const manifest = JSON.parse(read('package.json')) as Manifest
const lock = JSON.parse(read('package-lock.json')) as Lock
const npm = { ...manifest.dependencies, ...manifest.devDependencies }

const packageName = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13)

/** What makes a lock file unfit for another registry, another platform or a machine that trusts nobody. */
function faults(packages: Lock['packages'], allowed: Manifest['allowScripts']): string[] {
  const out: string[] = []
  for (const [path, entry] of Object.entries(packages)) {
    if (entry.resolved !== undefined) out.push(`${path} names an address`)
    if (entry.hasInstallScript && allowed[packageName(path)] !== false) {
      out.push(`${path} has an install script that allowScripts does not deny`)
    }
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      const isThere = packages[`node_modules/${name}`] ?? packages[`${path}/node_modules/${name}`]
      if (!isThere) out.push(`${path || 'the checkout'} lacks ${name}`)
    }
  }
  return out
}

const inexact = (versions: Readonly<Record<string, string>>): string[] =>
  Object.entries(versions)
    .filter(([, version]) => !/^(npm:@?[\w./-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
    .map(([name, version]) => `${name} ${version}`)

/** Crates with the version that a Cargo.toml asks for; ours are by path or workspace. */
function cratesOf(text: string): { name: string; version: string }[] {
  return text.split(/^(?=\[)/m).flatMap((section) => {
    if (!/^\[[^\]]*dependencies\]/.test(section)) return []
    return [
      ...section.matchAll(/^([\w-]+)\s*=\s*(?:"([^"]+)"|\{[^}]*?version\s*=\s*"([^"]+)")/gm),
    ].map(([, name = '', plain, inTable]) => ({ name, version: plain ?? inTable ?? '' }))
  })
}

const crates = sourceFiles(['.'], ['Cargo.toml']).flatMap(({ text }) => cratesOf(text))

describe('npm', () => {
  test('the lock file names no address, lacks no platform and runs no script', () => {
    expect(faults(lock.packages, manifest.allowScripts)).toEqual([])
  })

  test('a lock file that does is refused', () => {
    const bad = {
      'node_modules/a': { resolved: 'https://registry.example/a.tgz' },
      'node_modules/b': { optionalDependencies: { 'b-darwin': '1.0.0' } },
      'node_modules/@x/c': { hasInstallScript: true },
    }
    expect(faults(bad, {})).toHaveLength(3)
    expect(faults(bad, { '@x/c': true })).toHaveLength(3)
    expect(faults(bad, { '@x/c': false })).toHaveLength(2)
  })

  test('versions are exact', () => {
    expect(inexact(npm)).toEqual([])
    expect(inexact({ a: '^1.0.0', b: '1.x', c: 'latest', d: '1.0.0' })).toHaveLength(3)
  })

  test('the lock file holds the versions that package.json asks for', () => {
    for (const [name, version] of Object.entries(npm)) {
      expect(lock.packages[`node_modules/${name}`]?.version, name).toBe(version)
    }
  })

  test('install scripts are off and addresses stay out', () => {
    const settings = read('.npmrc').split('\n')
    expect(settings).toEqual(
      expect.arrayContaining([
        'omit-lockfile-registry-resolved=true',
        'ignore-scripts=true',
        'strict-allow-scripts=true',
      ]),
    )
  })
})

describe('cargo', () => {
  test('versions are exact', () => {
    expect(crates.length).toBeGreaterThan(5)
    expect(crates.filter(({ version }) => !/^=\d+\.\d+\.\d+$/.test(version))).toEqual([])
    expect(
      cratesOf('[dependencies]\na = "1"\nb = { version = "=1.0.0", features = ["x"] }'),
    ).toEqual([
      { name: 'a', version: '1' },
      { name: 'b', version: '=1.0.0' },
    ])
  })
})

describe('docs/dependencies.md', () => {
  const lines = read('docs/dependencies.md').split('\n')
  const listed = lines.flatMap((line) => /^\| `([^`]+)` \|/.exec(line)?.[1] ?? [])

  test('gives a reason for each dependency and for nothing else', () => {
    const used = new Set([...Object.keys(npm), ...crates.map(({ name }) => name)])
    expect([...new Set(listed)].sort()).toEqual([...used].sort())
  })
})
