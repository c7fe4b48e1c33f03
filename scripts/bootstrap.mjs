// Set-up of a checkout: packages, the addon, compiled TypeScript; each only where something changed.
// Plain Node without packages, for it runs before there are any. `node scripts/bootstrap.mjs` runs it;
// `npm start`, `npm test` and `npx tickwright` run it first.

import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { recorded, sourcesHash } from './build-wasm.mjs'
import { hashFiles, readJson, root, walk, writeAtomic } from './lib/files.mjs'
import { withLock } from './lib/lock.mjs'
import { run, tail, version } from './lib/run.mjs'

const PLATFORM = `${process.platform}-${process.arch}`
const DIST = join(root, 'dist')
const STATE = join(DIST, 'setup.json')
const ADDON = join(DIST, 'native/tickwright.node')
const PACKAGES_STAMP = join(root, 'node_modules/.tickwright-lock')
const LIBRARIES = { darwin: 'libtickwright_node.dylib', win32: 'tickwright_node.dll' }
const TYPESCRIPT_ROOTS = ['src', 'replay', 'bench', 'test', 'examples']
// Compiling needs the development packages whatever NODE_ENV says, and a silent `npm start` must not hide why
// npm failed.
const NPM_FLAGS = ['--ignore-scripts', '--include=dev']
const NPM_ENV = { npm_config_loglevel: 'error' }

/** A step that failed; `exitCode` as in the command line's table (4: something needed is missing). */
export class SetupError extends Error {
  constructor(message, { exitCode, hint }) {
    super(message)
    this.name = 'SetupError'
    this.code = 'E_SETUP'
    this.exitCode = exitCode
    this.hint = hint
  }
}

/**
 * Brings the checkout up to date and says which core is there.
 * @param {{ quiet?: boolean, retry?: boolean }} [options] `quiet` prints warnings only; `retry` builds the
 *   addon again although it failed before with the same sources.
 * @returns {Promise<{ core: 'native' | 'wasm', reason?: string, done: string[], seconds: number }>}
 * @throws {SetupError} where packages or TypeScript cannot be had; with CI=true also where cargo fails
 */
export async function bootstrap({ quiet = false, retry = false } = {}) {
  const began = performance.now()
  checkNode()
  const log = { quiet, done: [] }
  const retryAddon = retry || process.env.CI === 'true'
  if (!isUpToDate(retryAddon)) {
    const onWait = (pid) => say(log, `another set-up is at work (process ${pid}), waiting`)
    await withLock(join(root, 'dist/setup.lock'), () => everyStep(log, retryAddon), onWait)
  }
  const { native } = readJson(STATE, {})
  const seconds = (performance.now() - began) / 1000
  const core = native?.core ?? 'wasm'
  return { core, ...(native?.reason && { reason: native.reason }), done: log.done, seconds }
}

async function everyStep(log, retry) {
  await installPackages(log)
  await buildAddon(log, retry)
  await compileTypeScript(log)
}

function isUpToDate(retry) {
  const state = readJson(STATE, {})
  return packagesCurrent() && addonCurrent(state, retry) && typeScriptCurrent(state)
}

function checkNode() {
  const major = Number(process.versions.node.split('.')[0])
  if (major >= 20) return
  throw new SetupError(`Node ${process.versions.node} is too old`, {
    exitCode: 4,
    hint: 'install Node 20, 22 or 24',
  })
}

// ---- packages

const lockHash = () =>
  createHash('sha256')
    .update(PLATFORM)
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** A linked node_modules belongs to another checkout: it is used as it is and never installed into. */
const isLinked = () =>
  lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink() === true

function packagesCurrent() {
  if (isLinked()) return true
  return existsSync(PACKAGES_STAMP) && readFileSync(PACKAGES_STAMP, 'utf8') === lockHash()
}

async function installPackages(log) {
  if (packagesCurrent()) return
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  await step(log, 'packages', 'installing packages from package-lock.json', async () => {
    const ci = await run(npm, ['ci', ...NPM_FLAGS], { env: NPM_ENV })
    if (ci.code === 0) return
    warn(`npm ci failed, trying npm install:\n${tail(ci.output, 6)}`)
    const install = await run(npm, ['install', '--no-save', ...NPM_FLAGS], { env: NPM_ENV })
    if (install.code === 0) return
    throw new SetupError(`packages could not be installed:\n${tail(install.output)}`, {
      exitCode: 4,
      hint: 'is the package registry reachable? `npm ci` shows the whole output',
    })
  })
  writeAtomic(PACKAGES_STAMP, lockHash())
}

// ---- the addon

const addonHash = () =>
  hashFiles(
    [...walk('native'), 'Cargo.toml', 'Cargo.lock'].filter((path) => existsSync(join(root, path))),
    PLATFORM,
  )

/** Up to date: built from these sources, or known to be impossible with them (no cargo, failed before). */
function addonCurrent({ native }, retry) {
  if (!native || native.hash !== addonHash()) return false
  if (native.core === 'native') return existsSync(ADDON)
  if (native.why === 'no cargo') return findCargo() === undefined
  return !retry
}

/** cargo on the path, else where rustup puts it. TICKWRIGHT_NO_CARGO=1 says to do without. */
function findCargo() {
  if (process.env.TICKWRIGHT_NO_CARGO === '1') return undefined
  const home =
    process.env.CARGO_HOME ?? join(process.env.HOME ?? process.env.USERPROFILE ?? '', '.cargo')
  return ['cargo', join(home, 'bin', 'cargo')].find((program) => version(program) !== undefined)
}

async function buildAddon(log, retry) {
  if (addonCurrent(readJson(STATE, {}), retry)) return
  const hash = addonHash()
  const cargo = findCargo()
  // An addon from other sources must not be loaded by mistake.
  rmSync(ADDON, { force: true })
  if (!cargo) {
    warn(`cargo was not found, ${wasmCost()}`)
    return remember({
      native: { hash, core: 'wasm', why: 'no cargo', reason: 'cargo was not found' },
    })
  }
  const failure = await step(log, 'addon', 'building the addon with cargo', () => cargoBuild(cargo))
  if (!failure) return remember({ native: { hash, core: 'native' } })
  remember({
    native: { hash, core: 'wasm', why: 'failed', reason: 'the addon could not be built' },
  })
  if (process.env.CI === 'true') {
    throw new SetupError(`the addon could not be built:\n${failure}`, {
      exitCode: 1,
      hint: 'outside CI the WebAssembly build is used instead',
    })
  }
  warn(`the addon could not be built, ${wasmCost()}\n${failure}`)
}

/** What doing without the addon means, in one line; a stale module is said, for its results may differ. */
function wasmCost() {
  const cost = 'using the WebAssembly build: same results bit for bit, up to 2 × slower'
  const isStale = recorded()?.sources !== sourcesHash()
  return isStale ? `${cost}; IT IS OF OTHER SOURCES: run node scripts/build-wasm.mjs` : cost
}

/** Returns nothing where the addon lies in its place, else the end of cargo's output. */
async function cargoBuild(cargo) {
  const args = ['build', '--release', '-p', 'tickwright-node', '--locked']
  const { code, output } = await run(cargo, args, { env: { CARGO_TERM_COLOR: 'never' } })
  if (code !== 0) return tail(output)
  const target = resolve(root, process.env.CARGO_TARGET_DIR ?? 'target')
  const library = join(target, 'release', LIBRARIES[process.platform] ?? 'libtickwright_node.so')
  mkdirSync(join(DIST, 'native'), { recursive: true })
  // Never written in place: a process may have the old one mapped.
  copyFileSync(library, `${ADDON}.tmp`)
  renameSync(`${ADDON}.tmp`, ADDON)
  return undefined
}

// ---- TypeScript

const typeScriptSources = () =>
  TYPESCRIPT_ROOTS.flatMap((folder) => walk(folder, (path) => /\.(ts|json)$/.test(path)))

const typeScriptHash = () =>
  hashFiles([...typeScriptSources(), 'tsconfig.json', 'package.json'], lockHash())

const typeScriptCurrent = ({ typescript }) =>
  typescript === typeScriptHash() && existsSync(join(DIST, 'tsconfig.tsbuildinfo'))

async function compileTypeScript(log) {
  if (typeScriptCurrent(readJson(STATE, {}))) return
  const hash = typeScriptHash()
  await step(log, 'typescript', 'compiling TypeScript', async () => {
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    const { code, output } = await run(process.execPath, [
      compiler,
      '-p',
      root,
      '--pretty',
      'false',
    ])
    if (code === 0) return
    throw new SetupError(`TypeScript does not compile:\n${tail(output, 30)}`, {
      exitCode: 70,
      hint: 'a released version compiles: `git status` shows what was changed',
    })
  })
  removeOrphans()
  remember({ typescript: hash })
}

/** Output whose source was deleted or renamed would still be imported. */
function removeOrphans() {
  const sources = new Set(typeScriptSources())
  for (const folder of TYPESCRIPT_ROOTS) {
    for (const path of walkDist(folder)) {
      const source = path.slice('dist/'.length).replace(/\.(d\.ts|js|js\.map)$/, '.ts')
      if (source.endsWith('.ts') && !sources.has(source)) rmSync(join(root, path))
    }
  }
}

const walkDist = (folder) => walk(`dist/${folder}`, (path) => /\.(d\.ts|js|js\.map)$/.test(path))

// ---- reporting

const remember = (part) => {
  mkdirSync(DIST, { recursive: true })
  writeAtomic(STATE, `${JSON.stringify({ ...readJson(STATE, {}), ...part }, null, 2)}\n`)
}

async function step(log, name, doing, work) {
  const began = performance.now()
  say(log, `${doing} …`)
  const result = await work()
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  log.done.push(name)
  say(log, `${doing}: ${seconds} s`)
  return result
}

const warn = (text) => process.stderr.write(`tickwright: ${text}\n`)

const say = (log, text) => {
  if (!log.quiet) warn(text)
}

/** Runs the set-up for a command line; prints what failed and returns the exit code, 0 where all is well. */
export async function bootstrapOrExplain(options) {
  try {
    await bootstrap(options)
    return 0
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    const { code, message, hint, exitCode } = error
    if (options.json)
      process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`)
    warn(`${code}: ${message}\n  ${hint}`)
    return exitCode
  }
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = await bootstrapOrExplain({ retry: true })
  if (process.exitCode === 0) {
    const { core, reason } = await bootstrap()
    warn(`set up; core: ${core}${reason ? ` (${reason})` : ''}`)
  }
}
