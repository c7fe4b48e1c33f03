// Fuzzing with libFuzzer, where it links: `node scripts/fuzz.mjs [--seconds N] [TARGET…]`, N for each target.
// What crashes a target is kept in native/fuzz/cases/. Exit codes: 0 nothing found, 1 found, 4 it does not link.
// Coverage comes from LLVM's own pass, so that the stable compiler does under RUSTC_BOOTSTRAP=1.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from './lib/files.mjs'
import { run, tail } from './lib/run.mjs'

export const FUZZ_TARGETS = ['parser', 'session', 'journal', 'tape', 'checkpoint', 'import', 'rows']
const NEEDED = 4
const FOLDER = join(root, 'native/fuzz/libfuzzer')
const MAX_BYTES = 65_536
const PASSES = ['level=4', 'inline-8bit-counters', 'pc-table', 'trace-compares']
const RUSTFLAGS = [
  ...['--cfg', 'fuzzing', '-Cpasses=sancov-module'],
  ...PASSES.map((pass) => `-Cllvm-args=-sanitizer-coverage-${pass}`),
].join(' ')

/** Builds the program; resolves to its path, or to why there is none. */
async function build() {
  const host = /host: (\S+)/.exec((await run('rustc', ['-vV'])).stdout)?.[1]
  if (!host) return { missing: 'rustc was not found' }
  const targetDir = join(root, 'target/libfuzzer')
  const args = ['build', '--release', '--locked', '--target', host, '--target-dir', targetDir]
  const env = { RUSTC_BOOTSTRAP: '1', RUSTFLAGS, CARGO_TERM_COLOR: 'never' }
  const manifest = ['--manifest-path', join(FOLDER, 'Cargo.toml')]
  const { code, output } = await run('cargo', [...args, ...manifest], { env })
  if (code !== 0) return { missing: `it does not link: ${tail(output, 4)}` }
  return { program: join(targetDir, host, 'release/tickwright-libfuzzer') }
}

async function fuzz(program, target, seconds) {
  const corpus = join(root, 'fuzz-corpus', target)
  const cases = join(root, 'native/fuzz/cases', target)
  mkdirSync(corpus, { recursive: true })
  mkdirSync(cases, { recursive: true })
  const env = { TICKWRIGHT_FUZZ_TARGET: target, TICKWRIGHT_FUZZ_CORPUS: corpus }
  const limits = [
    `-max_total_time=${seconds}`,
    `-max_len=${MAX_BYTES}`,
    '-timeout=25',
    '-rss_limit_mb=2048',
  ]
  const args = [...limits, `-artifact_prefix=${cases}/`, '-print_final_stats=1', corpus, cases]
  const { code, output } = await run(program, args, { env })
  const runs = /number_of_executed_units:\s*(\d+)/.exec(output)?.[1] ?? '0'
  return { code, output, runs }
}

/** Runs targets one after another; `say` gets a line for each. Resolves to `{ missing }` or `{ failed }`. */
export async function fuzzAll(targets, seconds, say) {
  const { program, missing } = await build()
  if (missing) return { missing }
  const failed = []
  for (const target of targets) {
    const { code, output, runs } = await fuzz(program, target, seconds)
    say(`${target}: ${runs} inputs${code === 0 ? '' : `, FOUND:\n${tail(output, 40)}`}`)
    if (code !== 0) failed.push(target)
  }
  return { failed }
}

async function main(args) {
  const at = args.indexOf('--seconds')
  const seconds = at < 0 ? 60 : Number(args[at + 1])
  const named = args.filter((arg, n) => FUZZ_TARGETS.includes(arg) && n !== at + 1)
  const targets = named.length > 0 ? named : FUZZ_TARGETS
  const { missing, failed } = await fuzzAll(targets, seconds, (line) => console.log(line))
  if (missing) console.log(missing)
  if (missing) return NEEDED
  return failed.length > 0 ? 1 : 0
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2))
}
