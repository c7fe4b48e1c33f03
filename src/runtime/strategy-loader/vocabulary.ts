/**
 * Globals that a strategy may use: what they do is fixed by the language, and they keep no state.
 * Any other free name is refused, so that a new global of a later Node is, too.
 */
export const allowedGlobals: ReadonlySet<string> = new Set([
  ...['undefined', 'NaN', 'Infinity', 'isFinite', 'isNaN', 'parseFloat', 'parseInt'],
  ...['Math', 'Number', 'String', 'Boolean', 'BigInt', 'Symbol', 'Object', 'Array', 'RegExp'],
  ...['Map', 'Set', 'JSON', 'Error', 'TypeError', 'RangeError'],
  ...['ArrayBuffer', 'DataView', 'Float64Array', 'Float32Array', 'BigInt64Array'],
  ...['BigUint64Array', 'Int8Array', 'Int16Array', 'Int32Array'],
  ...['Uint8Array', 'Uint8ClampedArray', 'Uint16Array', 'Uint32Array'],
])

/** Members of `Math` that are the same on every machine: `engine/math.ts`. */
export const allowedMath: ReadonlySet<string> = new Set([
  ...['E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'],
  ...['abs', 'ceil', 'clz32', 'exp', 'floor', 'fround', 'imul', 'log', 'max', 'min', 'pow'],
  ...['round', 'sign', 'sqrt', 'tanh', 'trunc'],
])

const time = 'time is ctx.now'
const timers = 'timers are ctx.setTimer'
const waits = 'hooks wait for nothing'
const outside = 'a strategy sees its context alone'
const collector = 'when memory is collected differs from run to run'
const random = 'keep a seeded generator in the state'

const globalRemedies: Readonly<Record<string, string>> = {
  Date: time,
  performance: time,
  setTimeout: timers,
  setInterval: timers,
  setImmediate: timers,
  clearTimeout: timers,
  clearInterval: timers,
  queueMicrotask: waits,
  Promise: waits,
  fetch: waits,
  crypto: random,
  console: 'record with ctx.note',
  Intl: 'locales differ from machine to machine; spell with formatUnits',
  WeakRef: collector,
  FinalizationRegistry: collector,
  WeakMap: 'use a plain object in the state',
  process: outside,
  require: "import relative files and 'tickwright' alone",
  module: outside,
  exports: 'use export',
  globalThis: outside,
  global: outside,
  eval: outside,
  Function: outside,
  Proxy: outside,
  Reflect: outside,
  arguments: 'use rest parameters',
}

export function globalRemedy(name: string): string {
  return Object.hasOwn(globalRemedies, name) ? `: ${globalRemedies[name]}` : ''
}

export function mathRemedy(name: string): string {
  if (name === 'random') return `: ${random}`
  return ': its last digits differ from machine to machine'
}

/** Why a member of any object is refused; undefined where it is not. */
export function memberRemedy(name: string): string | undefined {
  if (name === 'constructor' || name === '__proto__') return outside
  if (name.startsWith('toLocale') || name === 'localeCompare') {
    return 'locales differ from machine to machine'
  }
  if (name === 'captureStackTrace' || name === 'prepareStackTrace') return outside
  if (name === 'fromAsync') return waits
  return undefined
}
