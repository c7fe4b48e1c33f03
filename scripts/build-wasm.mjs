// Builds wasm/tickwright.wasm, the core for browsers and for machines without cargo. It is committed.
//   node scripts/build-wasm.mjs            builds and writes it
//   node scripts/build-wasm.mjs --check    builds and compares bytes with the committed file
//   node scripts/build-wasm.mjs --verify   compares only the hash of the sources; needs no toolchain
// The build is reproducible: the same sources and compiler give the same bytes on every machine.
// rustup has no standard library for this target offline, so Debian's rustc-web builds it from source.
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hashFiles, root, walk, writeAtomic } from './lib/files.mjs'
import { run, tail, version } from './lib/run.mjs'
import { readSection, setSection } from './lib/wasm-section.mjs'

const MODULE = join(root, 'wasm/tickwright.wasm')
const SECTION = 'tickwright.sources'
const PACKAGES = 'rustc-web rust-web-src libstd-rust-web-dev lld-19'
const TARGET = 'wasm32-unknown-unknown'
// Panic locations hold paths of the machine that built; without them the bytes do not depend on it.
const RUSTFLAGS = '-C target-feature=+simd128 -Zlocation-detail=none'
const CARGO_ARGS = [
  ...['build', '--locked', '--profile', 'wasm', '--target', TARGET],
  ...['-Zbuild-std=std,panic_abort', '-p', 'tickwright-wasm'],
]
const SOURCES = [
  'native/schema',
  'native/engine',
  'native/world',
  'wasm',
  'Cargo.lock',
  'Cargo.toml',
]

/** What is compiled into the module: tests, examples and texts are not. */
const isSource = (path) => !/\/(tests|examples|benches)\/|\/tests\.rs$|\.(md|wasm|fbs)$/.test(path)

/** Hash of everything that decides the module's bytes, except the compiler. */
export const sourcesHash = () =>
  hashFiles(
    SOURCES.flatMap((start) => walk(start, isSource)),
    `${RUSTFLAGS} ${CARGO_ARGS.join(' ')}`,
  )

/** The compiler that can build it, or why there is none. TICKWRIGHT_WASM_RUSTC names another one. */
export function toolchain() {
  const rustc = process.env.TICKWRIGHT_WASM_RUSTC ?? '/usr/bin/rustc'
  const linker = process.env.TICKWRIGHT_WASM_LINKER ?? 'wasm-ld-19'
  if (!version('cargo')) return { missing: 'cargo was not found' }
  const compilerVersion = existsSync(rustc) ? version(rustc) : undefined
  if (!compilerVersion) return { missing: `${rustc} was not found (Debian: ${PACKAGES})` }
  const linkerVersion = version(linker)
  if (!linkerVersion) return { missing: `${linker} was not found (Debian: ${PACKAGES})` }
  const library = join(version(rustc, ['--print', 'sysroot']), 'lib/rustlib/src/rust/library')
  if (!existsSync(library)) return { missing: `no sources of the standard library in ${library}` }
  return { rustc, linker, compiler: `${compilerVersion}, ${linkerVersion}` }
}

/** What the committed module says about itself: `{ sources, compiler }`. */
export function recorded() {
  if (!existsSync(MODULE)) return undefined
  const content = readSection(readFileSync(MODULE), SECTION)
  return content && JSON.parse(content.toString('utf8'))
}

async function build({ rustc, linker, compiler }) {
  const targetDir = join(root, 'target/wasm')
  const env = {
    RUSTC: rustc,
    RUSTC_BOOTSTRAP: '1',
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: linker,
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS: RUSTFLAGS,
    CARGO_TERM_COLOR: 'never',
  }
  const { code, output } = await run('cargo', [...CARGO_ARGS, '--target-dir', targetDir], { env })
  if (code !== 0) throw new Error(`the WebAssembly build failed:\n${tail(output, 30)}`)
  const built = readFileSync(join(targetDir, TARGET, 'wasm/tickwright_wasm.wasm'))
  return setSection(
    built,
    SECTION,
    Buffer.from(JSON.stringify({ sources: sourcesHash(), compiler })),
  )
}

/** Exit codes: 0 equal or written, 1 not equal, 4 the toolchain is not here (or is another one). */
async function main(args) {
  if (args.includes('--verify')) return verify()
  const tools = toolchain()
  if (tools.missing) return say(4, `not rebuilt: ${tools.missing}`)
  if (!args.includes('--check')) {
    const module = await build(tools)
    writeAtomic(MODULE, module)
    return say(0, `wasm/tickwright.wasm: ${module.length} bytes, ${tools.compiler}`)
  }
  const known = recorded()
  if (!known) return say(1, 'wasm/tickwright.wasm is absent or does not name its sources')
  if (known.compiler !== tools.compiler) {
    return say(4, `not rebuilt: it was built by ${known.compiler}, here is ${tools.compiler}`)
  }
  const module = await build(tools)
  if (module.equals(readFileSync(MODULE))) return say(0, `${module.length} bytes, equal`)
  return say(1, 'wasm/tickwright.wasm differs from a fresh build: run node scripts/build-wasm.mjs')
}

function verify() {
  const known = recorded()
  if (!known) return say(1, 'wasm/tickwright.wasm is absent or does not name its sources')
  if (known.sources === sourcesHash()) return say(0, 'wasm/tickwright.wasm is of these sources')
  return say(1, 'wasm/tickwright.wasm is of other sources: run node scripts/build-wasm.mjs')
}

function say(code, text) {
  console.log(text)
  return code
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await main(process.argv.slice(2))
}
