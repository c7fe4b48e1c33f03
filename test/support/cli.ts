import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
export const entry = join(root, 'dist/src/cli/entry.js')

export interface CliRun {
  readonly code: number | null
  readonly out: string
  readonly err: string
  /** Standard output as the one document that `--json` promises. */
  json<Document>(): Document
}

/** Runs the compiled command line in a process of its own. */
export function cli(args: readonly string[], options: { cwd?: string } = {}): CliRun {
  const run = spawnSync(process.execPath, [entry, ...args], {
    encoding: 'utf8',
    cwd: options.cwd ?? root,
    maxBuffer: 64 << 20,
  })
  return {
    code: run.status,
    out: run.stdout,
    err: run.stderr,
    json: <Document>() => JSON.parse(run.stdout) as Document,
  }
}

/** The document of a command that must succeed. */
export function cliJson<Document>(args: readonly string[]): Document {
  const run = cli([...args, '--json', '--quiet'])
  if (run.code !== 0) throw new Error(`exit ${run.code}: ${run.out}${run.err}`)
  return run.json<Document>()
}
