import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeCore } from '../../../test/support/fake-core.js'
import { Engine } from '../../engine/engine.js'
import type { LoadedStrategy } from '../../engine/loaded-strategy.js'
import { TickwrightError } from '../../errors/tickwright-error.js'
import { Code } from '../../protocol/layout.js'
import { loadStrategy } from './load-strategy.js'
import { shippedStrategies } from './resolve.js'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tickwright-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const HEAD = "import { defineStrategy } from 'tickwright'\n"
const TAIL = "\nexport default defineStrategy({ name: 'it' })\n"

function write(file: string, text: string): string {
  const path = join(folder, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  return path
}

function load(file: string, params: Record<string, unknown> = {}): Promise<LoadedStrategy> {
  const core = new FakeCore()
  return loadStrategy(file, { math: core.math, params, directory: folder })
}

async function refusal(
  file: string,
  params: Record<string, unknown> = {},
): Promise<TickwrightError> {
  const outcome = await load(file, params).catch((error: unknown) => error)
  if (outcome instanceof TickwrightError) return outcome
  throw new Error(`${file} was not refused: ${String(outcome)}`)
}

/** Loads a source that is expected to be sound, and serves `onAct` with it. */
async function act(file: string, source: string): Promise<string[]> {
  write(file, source)
  const core = new FakeCore()
  const loaded = await loadStrategy(file, { math: core.math, directory: folder })
  const engine = new Engine({ strategies: [loaded], core, opened: core.opened })
  engine.step(Code.Act)
  return core.commands().map(({ payload, values }) => `${payload} ${values[0]}`)
}

describe('what is refused', () => {
  /** Line 2 of the file, and the column and text of what is said of it. */
  const table: readonly (readonly [string, number, string])[] = [
    ['export const x = () => Date.now()', 24, 'Date: time is ctx.now'],
    ['export const x = () => new Date()', 28, 'Date: time'],
    ['export const x = { Date }', 20, 'Date: time'],
    ['export const x = ({ a = Date }) => a', 25, 'Date: time'],
    ['export class X extends Date {}', 24, 'Date: time'],
    ['export const x = typeof Date', 25, 'Date: time'],
    ['export const x = [...[Date]]', 23, 'Date: time'],
    ['export const x = `$' + '{Date}`', 21, 'Date: time'],
    ['export default Date', 16, 'Date: time'],
    ['{ const Date = 1; Date }; Date', 27, 'Date: time'],
    ['declare const Date: number; Date', 1, 'declare: it promises'],
    ['function Date(): void; export const x = Date', 41, 'Date: time'],
    ["import type { Date } from './types.js'; export const x = Date", 58, 'Date: time'],
    ['export const x = performance.now()', 18, 'performance: time is ctx.now'],
    ['export const x = process.hrtime()', 18, 'process: a strategy sees'],
    ['export const x = () => setTimeout(() => 1, 2)', 24, 'setTimeout: timers are ctx.setTimer'],
    ['export const x = () => setInterval(() => 1)', 24, 'setInterval: timers'],
    ['export const x = () => setImmediate(() => 1)', 24, 'setImmediate: timers'],
    ['export const x = () => queueMicrotask(() => 1)', 24, 'queueMicrotask: hooks wait'],
    ["export const x = () => fetch('http://a')", 24, 'fetch: hooks wait'],
    ["export const x = require('node:fs')", 18, 'require: import relative files'],
    ['export const x = module', 18, 'module: a strategy sees'],
    ['export const x = crypto.randomUUID()', 18, 'crypto: keep a seeded generator'],
    ['export const x = new Intl.NumberFormat()', 22, 'Intl: locales differ'],
    ['export const x = Math.random()', 23, 'Math.random: keep a seeded generator'],
    ["export const x = Math['random']()", 23, 'Math.random: keep a seeded generator'],
    ["export const x = Math['ran' + 'dom']()", 18, 'Math[…]: name the function'],
    ['export const { random } = Math', 16, 'Math.random: keep a seeded generator'],
    ['export const x = Math.sin(1)', 23, 'Math.sin: its last digits differ'],
    ['export const x = Math.hypot(1, 2)', 23, 'Math.hypot: its last digits differ'],
    ['export const x = new WeakRef({})', 22, 'WeakRef: when memory is collected'],
    ['export const x = new FinalizationRegistry(() => 1)', 22, 'FinalizationRegistry: when'],
    ['export const x = globalThis', 18, 'globalThis: a strategy sees'],
    ["export const x = eval('1')", 18, 'eval: a strategy sees'],
    ["export const x = new Function('1')", 22, 'Function: a strategy sees'],
    ['export const x = (() => 1).constructor', 28, '.constructor: a strategy sees'],
    ["export const x = []['constructor']", 21, '.constructor: a strategy sees'],
    ['export const { constructor: x } = []', 16, '.constructor: a strategy sees'],
    ["export const x = () => import('./a.js')", 24, 'dynamic import: import at the top'],
    ['export const x = import.meta.url', 18, 'import.meta: it names this machine'],
    ['export const x = async () => 1', 18, 'async: hooks wait for nothing'],
    ['export async function* x() {}', 8, 'async: hooks wait for nothing'],
    ['export const x = await 1', 18, 'await: hooks wait for nothing'],
    ['export const x = Promise.resolve()', 18, 'Promise: hooks wait for nothing'],
    ['export const x = 2 ** 3', 20, '**: use Math.pow'],
    ['export const x = (y: number) => { y **= 3 }', 37, '**: use Math.pow'],
    ['let count = 0', 1, 'module-level let: keep what changes in the state'],
    ['var count = 0', 1, 'module-level var: keep what changes in the state'],
    ['export let count = 0', 1, 'module-level let: keep what changes in the state'],
    ['namespace N { export let x = 1 }', 1, 'namespace: use a module of its own'],
    ['export const x = (1.5).toLocaleString()', 24, '.toLocaleString: locales differ'],
    ["export const x = 'a'.localeCompare('b')", 22, '.localeCompare: locales differ'],
    ['export function x() { return arguments }', 30, 'arguments: use rest parameters'],
    ["export const x = () => console.log('a')", 24, 'console: record with ctx.note'],
    ['export const x = Buffer', 18, 'Buffer is not there for a strategy'],
    ['export const x = misspelt', 18, 'misspelt is not there for a strategy'],
    ["import fs from 'node:fs'; export const x = fs", 16, "import 'node:fs': relative files"],
    ["export * from 'lodash'", 15, "import 'lodash': relative files and 'tickwright' alone"],
    ["import { x } from './absent.js'; x()", 19, "import './absent.js': there is no such file"],
    ["import fs = require('node:fs'); fs", 1, 'import … =: write'],
  ]

  it.each(table)('%s', async (line, column, what) => {
    const file = 'refused.ts'
    write(file, HEAD + line + (line.includes('export default') ? '' : TAIL))
    const error = await refusal(file)
    expect(error).toMatchObject({ code: 'E_STRATEGY_IMPURE', exitCode: 2 })
    expect(error.message).toContain(`refused.ts:2:${column}  ${what}`)
  })

  it('is said all at once, over all modules, in order', async () => {
    write('lib/clock.ts', 'export const now = () => Date.now()\nexport const r = Math.random\n')
    write('many.ts', `${HEAD}import { now } from './lib/clock.js'\nlet x = fetch\n${TAIL}`)
    const error = await refusal('many.ts')
    expect(error.at).toBe('lib/clock.ts:1:26')
    expect(
      error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split('  ')[0]),
    ).toEqual(['lib/clock.ts:1:26', 'lib/clock.ts:2:23', 'many.ts:3:1', 'many.ts:3:9'])
  })

  it.each(['js', 'mjs'])('is the same in a .%s file', async (ending) => {
    write(`plain.${ending}`, `${HEAD}export const x = Date.now()${TAIL}`)
    const error = await refusal(`plain.${ending}`)
    expect(error.at).toBe(`plain.${ending}:2:18`)
  })

  it('are constants that can change', async () => {
    write('cache.ts', `${HEAD}const cache = { rows: new Map<string, number>() }\n${TAIL}`)
    const error = await refusal('cache.ts')
    expect(error).toMatchObject({ code: 'E_STRATEGY_IMPURE', at: 'cache.ts' })
    expect(error.message).toContain("module-level 'cache' holds a Map")
  })
})

describe('what is allowed', () => {
  it.each([
    'const f = (Date: number) => Date + 1',
    'function fetch(process: number) { return process }',
    'const f = (x: { Date: number }) => x.Date',
    'const f = { Date: 1, process: 2, fetch() { return 3 } }',
    'const f = ({ performance: p }: { performance: number }) => p',
    'interface Date { now(): number }\nconst f = (d: Date) => d.now()',
    'type T = typeof Math | Promise<Date>',
    'class A { constructor(readonly Date = 1) {} static fetch = 2 }',
    'class A<Intl> implements Iterable<Intl> { *[Symbol.iterator]() {} }',
    'const f = () => { let x = 1; for (var i = 0; i < 2; i += 1) x += i; return x }',
    'function* f() { yield 1 }',
    'process: for (const x of [1]) { if (x > 0) continue process }',
    'enum Side { Date, fetch = 2 }\nconst f = Side.Date',
    'const f = Math.exp(1) + Math.max(1, 2) + Number.parseInt("1") + NaN',
    'const crypto = 1, performance = 2, name = 3\nconst f = crypto + performance + name',
    'try { throw new Error("Date") } catch (process) { String(process) }',
  ])('%s', async (line) => {
    write('allowed.ts', HEAD + line + TAIL)
    await expect(load('allowed.ts')).resolves.toMatchObject({ strategy: { name: 'it' } })
  })
})

describe('a loaded strategy', () => {
  it("has the core's Math, and none of the forbidden globals", async () => {
    const source = `${HEAD}export default defineStrategy({ name: 'it', onAct(ctx) {
      ctx.note('exp', Math.exp(4))
      ctx.note('pow', Math.pow(4, 5))
      ctx.note('same', Math === ctx.math ? 1 : 0)
    } })`
    expect(await act('math.ts', source)).toEqual(['exp 40', 'pow 2045', 'same 0'])
  })

  it('imports its own modules once each, in TypeScript or JavaScript', async () => {
    write('lib/a.ts', "import { c } from './c.js'\nexport const a: number = c.value + 1\n")
    write('lib/b.mjs', "import { c } from './c'\nexport const b = c\n")
    write('lib/c.ts', 'export const c = { value: 41 }\n')
    const source = `${HEAD}import { a } from './lib/a.js'
import { b } from './lib/b.mjs'
import { c } from './lib/c.ts'
export default defineStrategy({ name: 'it', onAct: (ctx) => ctx.note('a', b === c ? a : 0) })`
    expect(await act('imports.ts', source)).toEqual(['a 42'])
  })

  it('shows its errors at the lines of its own file', async () => {
    write(
      'lib/deep.ts',
      ['interface Wide {', '  readonly value: number', '}', '', 'export function deep(x: Wide) {']
        .concat("  if (x.value > 1) throw new RangeError('too deep')", '}', '')
        .join('\n'),
    )
    write(
      'stack.ts',
      `${HEAD}import { deep } from './lib/deep.js'
type Unused = { readonly a: number }
export default defineStrategy({
  name: 'stack',
  onAct() {
    deep({ value: 2 })
  },
})`,
    )
    const core = new FakeCore()
    const loaded = await load('stack.ts')
    const engine = new Engine({ strategies: [loaded], core, opened: core.opened })
    try {
      engine.step(Code.Act)
      expect.unreachable()
    } catch (error) {
      const { at, message, cause } = error as TickwrightError
      expect(at).toBe('lib/deep.ts:6:26')
      expect(message).toBe("strategy 'stack' threw in onAct: RangeError: too deep")
      expect((cause as Error).stack).toContain(`${join(folder, 'lib/deep.ts')}:6:26`)
      expect((cause as Error).stack).toContain(`${join(folder, 'stack.ts')}:7:`)
    }
  })

  it('cannot write to its constants', async () => {
    const source = `${HEAD}const seen: number[] = []
export default defineStrategy({ name: 'it', onAct: () => void seen.push(1) })`
    await expect(act('constants.ts', source)).rejects.toMatchObject({
      code: 'E_STRATEGY_THREW',
      at: 'constants.ts:3:68',
    })
  })

  it.each([
    'function f() {} f.count = 0',
    'class f { static count = 0 }',
    'enum f { count = 0 }',
    'export const f = { count: 0 }',
    'const [[f]] = [[{ count: 0 }]]',
  ])('cannot hide a count in %s', async (declaration) => {
    const source = `${HEAD}${declaration}
export default defineStrategy({ name: 'it', onAct() {
  (f as { count: number }).count += 1
} })`
    await expect(act('hidden.ts', source)).rejects.toMatchObject({
      code: 'E_STRATEGY_THREW',
      message: expect.stringContaining('Cannot assign to read only property') as string,
      at: expect.stringMatching(/^hidden.ts:4:/) as string,
    })
  })

  it('may import types from anywhere, for they leave nothing behind', async () => {
    const source = `${HEAD}import type { A } from 'elsewhere'
import { type B } from './absent.js'
export type { C } from 'elsewhere'
export default defineStrategy({ name: 'it', onAct: (ctx) => ctx.note('a', 1 as A | B) })`
    expect(await act('types.ts', source)).toEqual(['a 1'])
  })

  it('has a hash over all its files', async () => {
    write('hash/part.ts', 'export const part = 1\n')
    write('hash/main.ts', `${HEAD}import { part } from './part.js'\nString(part)${TAIL}`)
    const { sourceHash } = await load('hash/main.ts')
    expect(sourceHash).toMatch(/^[0-9a-f]{64}$/)
    expect((await load('hash/main.ts')).sourceHash).toBe(sourceHash)
    write('hash/part.ts', 'export const part = 2\n')
    expect((await load('hash/main.ts')).sourceHash).not.toBe(sourceHash)
  })
})

describe('what cannot be loaded', () => {
  it('says so with its place', async () => {
    write('syntax.ts', 'export const = 1\nexport const b = (\n')
    expect(await refusal('syntax.ts')).toMatchObject({
      code: 'E_STRATEGY_SYNTAX',
      at: 'syntax.ts:1:14',
    })
    write('typed.js', 'export const a: number = 1\n')
    expect(await refusal('typed.js')).toMatchObject({ code: 'E_STRATEGY_SYNTAX' })
    write('none.ts', 'export const a = 1\n')
    expect(await refusal('none.ts')).toMatchObject({ code: 'E_STRATEGY_EXPORT', at: 'none.ts' })
    write('circle.ts', `${HEAD}import './circle.js'${TAIL}`)
    expect(await refusal('circle.ts')).toMatchObject({ code: 'E_STRATEGY_IMPORT' })
    write('throws.ts', `${HEAD}\n[].at(0).x${TAIL}`)
    expect(await refusal('throws.ts')).toMatchObject({
      code: 'E_STRATEGY_THREW',
      at: 'throws.ts:3:9',
    })
    expect(await refusal('absent.ts')).toMatchObject({ code: 'E_STRATEGY_FILE' })
    expect(await refusal('./strategy.py')).toMatchObject({ code: 'E_STRATEGY_UNKNOWN' })
    expect((await refusal('touch')).message).toContain('shipped are: touch-imbalance')
  })

  it('is a definition that cannot be meant', async () => {
    write(
      'wrong.ts',
      `${HEAD}export default defineStrategy({
  name: 'Wrong Name', minimumProof: 'total', timers: ['a', 'a'], onTick() {}, triggers: () => [],
} as never)`,
    )
    const error = await refusal('wrong.ts')
    expect(error).toMatchObject({ code: 'E_STRATEGY_DEFINITION', at: 'wrong.ts' })
    for (const part of ["'onTick' is unknown", "'name' must be", "'minimumProof' must be one of"]) {
      expect(error.message).toContain(part)
    }
    expect(error.message).toContain("'timers' names one twice; 'triggers' needs 'onTrigger'")
  })
})

describe('shipped strategies', () => {
  it('all load by their name, as a file of a user would', async () => {
    expect(shippedStrategies()).toContain('touch-imbalance')
    for (const name of shippedStrategies()) {
      expect((await load(name)).strategy.name).toBe(name)
    }
  })

  it('note what they say they do: touch-imbalance', async () => {
    const core = new FakeCore()
    const loaded = await load('touch-imbalance')
    const engine = new Engine({ strategies: [loaded], core, opened: core.opened })
    core.setView(0, { imbalance: Number.NaN })
    engine.step(Code.Trigger)
    expect(core.commands()).toEqual([])
    core.setView(0, { bidPrice: 100, askPrice: 103, imbalance: -0.75 })
    engine.step(Code.Trigger)
    expect(core.commands()).toMatchObject([{ payload: 'imbalance', values: [-0.75, 101.5, 0, 2] }])
    core.setView(0, { imbalance: 0.71 })
    core.setCtl({ trigger: 1 })
    engine.step(Code.Trigger)
    expect(core.commands()).toMatchObject([{ payload: 'crossing', values: [0.71, 100, 103, 3] }])
    engine.stop()
    expect(core.commands()).toMatchObject([{ payload: 'summary', values: [1, 1, 0.75, 3] }])
  })

  it('take parameters, and say what is wrong with them', async () => {
    const { params } = await load('touch-imbalance', { above: 0.5 })
    expect(params).toEqual({ periodMs: 100, above: 0.5 })
    const error = await refusal('touch-imbalance', { above: 2, periodMs: '1', speed: 1 })
    expect(error.code).toBe('E_STRATEGY_PARAMS')
    expect(error.message).toContain("'speed' is unknown; there are periodMs, above")
    expect(error.message).toContain("'periodMs' must be a number, was '1'")
    expect(error.message).toContain("'above' must be at most 1, was 2")
  })
})
