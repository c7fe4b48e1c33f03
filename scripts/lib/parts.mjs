// The parts of `npm test`. Each resolves to `{ passed, failed, skipped: [names] }` and hands what a
// person has to read about a failure to `fails`.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bootstrap, SetupError } from '../bootstrap.mjs'
import { FUZZ_TARGETS, fuzzAll } from '../fuzz.mjs'
import { readJson, root } from './files.mjs'
import { runReadme } from './readme.mjs'
import { run, version } from './run.mjs'
import { countRust } from './rust-output.mjs'

const PLAIN = { CARGO_TERM_COLOR: 'never', NO_COLOR: '1', FORCE_COLOR: undefined }
const NEEDED = 4

/** One program, one test: passed where it ends with 0. */
async function oneCommand(fails, program, args) {
  const { code, output } = await run(program, args, { env: PLAIN })
  if (code === 0) return { passed: 1, failed: 0, skipped: [] }
  fails(`${program} ${args.join(' ')} ended with ${code}:\n${output}`)
  return { passed: 0, failed: 1, skipped: [] }
}

const node = (fails, ...args) => oneCommand(fails, process.execPath, args)
const skip = (name) => ({ passed: 0, failed: 0, skipped: [name] })

async function setUp(fails) {
  try {
    const { core, reason } = await bootstrap({ retry: true })
    if (core === 'native') return { passed: 1, failed: 0, skipped: [] }
    return { passed: 1, failed: 0, skipped: [`native core: ${reason}`] }
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    fails(`${error.message}\n${error.hint}`)
    return { passed: 0, failed: 1, skipped: [] }
  }
}

/** A cargo command where cargo and its component are there. */
const cargo =
  (component, ...args) =>
  async (fails) => {
    const probe = component ? [component, '--version'] : ['--version']
    if (!version('cargo', probe)) return skip(`cargo ${component ?? ''}: not found`)
    return oneCommand(fails, 'cargo', args)
  }

async function rustTests(fails) {
  if (!version('cargo')) return skip('Rust tests: cargo was not found')
  const args = ['test', '--workspace', '--locked', '--no-fail-fast', '--', '--show-output']
  const { code, output } = await run('cargo', args, { env: PLAIN })
  const counts = countRust(output)
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  if (counts.failed > 0) fails(output)
  return counts
}

/** Databento's files: a crate outside the workspace. Its program is then there for the tests of the command. */
async function dbn(fails) {
  if (!version('cargo')) return skip('DBN files: cargo was not found')
  const at = ['--manifest-path', 'native/dbn/Cargo.toml']
  const env = { ...PLAIN, CARGO_TARGET_DIR: join(root, 'target/dbn') }
  const fetched = await run('cargo', ['fetch', '--locked', ...at], { env })
  if (fetched.code !== 0) return skip('DBN files: the registry does not give their crates')
  const format = await oneCommand(fails, 'cargo', ['fmt', '--check', ...at])
  const args = ['test', '--release', '--locked', '--no-fail-fast', ...at, '--', '--show-output']
  const { code, output } = await run('cargo', args, { env })
  const counts = countRust(output)
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  if (counts.failed > 0) fails(output)
  const { passed, failed, skipped } = counts
  return { passed: passed + format.passed, failed: failed + format.failed, skipped }
}

async function vitest(fails) {
  mkdirSync(join(root, 'dist'), { recursive: true })
  const result = join(root, `dist/vitest-${process.pid}.json`)
  const reporters = ['--reporter=default', '--reporter=./scripts/lib/vitest-reporter.mjs']
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', ...reporters]
  const env = { ...PLAIN, TICKWRIGHT_VITEST_RESULT: result }
  const { code, output } = await run(process.execPath, args, { env })
  const counts = readJson(result, { passed: 0, failed: 0, skipped: [] })
  rmSync(result, { force: true })
  if (code !== 0 && counts.failed === 0) counts.failed = 1
  if (counts.failed > 0) fails(output)
  return counts
}

async function wasmRebuild(fails) {
  const { code, output } = await run(process.execPath, ['scripts/build-wasm.mjs', '--check'])
  if (code === 0) return { passed: 1, failed: 0, skipped: [] }
  if (code === NEEDED) return skip(`WebAssembly rebuild: ${output.trim()}`)
  fails(output)
  return { passed: 0, failed: 1, skipped: [] }
}

/** libFuzzer over all targets for a few seconds, longer in a nightly; the mutation loop is among the Rust tests. */
async function fuzz(fails) {
  const seconds = process.env.TICKWRIGHT_NIGHTLY === '1' ? 120 : 2
  const said = []
  const { missing, failed } = await fuzzAll(FUZZ_TARGETS, seconds, (line) => said.push(line))
  if (missing) return skip(`libFuzzer: ${missing}; the seeded mutation loop ran in its place`)
  if (failed.length > 0) fails(said.join('\n'))
  const passed = FUZZ_TARGETS.length - failed.length
  return { passed, failed: failed.length, skipped: [] }
}

/** What a newcomer does: clone, `npm start`, once more. Hours of a nightly, not of each change. */
async function freshClone(fails) {
  if (process.env.TICKWRIGHT_NIGHTLY !== '1') return skip('bare clone: in `npm run nightly`')
  if (!existsSync(join(root, '.git'))) return skip('bare clone: this is no git checkout')
  const folder = mkdtempSync(join(tmpdir(), 'tickwright-clone-'))
  try {
    const script = `git clone -q "${root}" tickwright && cd tickwright && npm start && npm start`
    return await oneCommand(fails, 'bash', ['-euc', `cd "${folder}" && ${script}`])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const CLIPPY = ['clippy', '--workspace', '--all-targets', '--locked', '--', '-D', 'warnings']

/** Name and work of each part, the quick ones first. */
export const PARTS = {
  'set-up': setUp,
  layout: (fails) => node(fails, 'scripts/generate-layout.mjs', '--check'),
  types: (fails) => node(fails, 'node_modules/typescript/bin/tsc', '--noEmit', '--pretty', 'false'),
  biome: (fails) => node(fails, 'node_modules/@biomejs/biome/bin/biome', 'ci', '--colors=off', '.'),
  rustfmt: cargo('fmt', 'fmt', '--all', '--check'),
  clippy: cargo('clippy', ...CLIPPY),
  rust: rustTests,
  dbn,
  vitest,
  fuzz,
  readme: runReadme,
  'wasm sources': (fails) => node(fails, 'scripts/build-wasm.mjs', '--verify'),
  'wasm rebuild': wasmRebuild,
  clone: freshClone,
}
