// Each architecture rule finds what it is for, and leaves alone what only looks like it.
import { describe, expect, test } from 'vitest'
import { checkDeadRust, checkDeadScripts, checkDeadTypeScript } from './dead-files.js'
import { checkDeterminism } from './determinism.js'
import { unexcused } from './exceptions.js'
import { checkImports } from './imports.js'
import { checkFileLengths, checkFunctionLengths } from './lengths.js'
import { checkForbidUnsafe, checkRustDeterminism, rustFunctions } from './rust.js'
import { type SourceFile, show } from './source-files.js'

const file = (path: string, text: string): SourceFile => ({ path, text })
const imports = (path: string, text: string): string[] => checkImports([file(path, text)]).map(show)

describe('import directions', () => {
  test.each([
    ['src/domain/a.ts', '../errors/e.js'],
    ['src/domain/a.ts', 'node:fs'],
    ['src/engine/a.ts', '../runtime/r.js'],
    ['src/engine/a.ts', '../../replay/r.js'],
    ['src/engine/a.ts', '../adapters/core/native.js'],
    ['src/engine/a.ts', 'zod'],
    ['src/strategies/a.ts', '../ports/core.js'],
    ['src/adapters/core/a.ts', '../../engine/step.js'],
    ['src/adapters/core/a.ts', '../journal/j.js'],
    ['src/adapters/core/a.ts', '../../runtime/r.js'],
    ['src/adapters/venues/binance/a.ts', '../kraken/feed.js'],
    ['src/runtime/a.ts', '../../replay/driver.js'],
    ['src/cli/a.ts', '../adapters/core/native.js'],
    ['replay/a.ts', '../src/adapters/core/native.js'],
    ['replay/a.ts', '../src/cli/main.js'],
    ['src/runtime/a.ts', 'typescript'],
    ['src/helpers/a.ts', '../domain/units.js'],
    ['examples/a.ts', '../src/engine/step.js'],
  ])('%s may not import %s', (path, specifier) => {
    expect(imports(path, `\nimport { x } from '${specifier}'`)[0]).toContain(`${path}:2 `)
  })

  test.each([
    ['src/engine/a.ts', '../domain/units.js'],
    ['src/engine/a.ts', './risk/gate.js'],
    ['src/strategies/a.ts', '../engine/strategy.js'],
    ['src/strategies/a.ts', 'tickwright'],
    ['src/adapters/core/native.ts', '../../ports/core.js'],
    ['src/adapters/core/native.ts', './memory.js'],
    ['src/adapters/core/native.ts', 'node:module'],
    ['src/runtime/wiring.ts', '../adapters/core/native.js'],
    ['src/cli/replay.ts', '../../replay/driver.js'],
    ['replay/driver.ts', '../src/runtime/loop.js'],
    ['bench/speed.ts', '../src/adapters/core/native.js'],
    ['src/engine/step.test.ts', '../adapters/core/native.js'],
  ])('%s may import %s', (path, specifier) => {
    expect(imports(path, `import { x } from '${specifier}'`)).toEqual([])
  })

  test('re-exports, dynamic imports, type imports and worker URLs count', () => {
    for (const text of [
      `export * from '../runtime/r.js'`,
      `const m = import('../runtime/r.js')`,
      `import type { R } from '../runtime/r.js'`,
      `let r: import('../runtime/r.js').R`,
      `new Worker(new URL('../runtime/r.js', import.meta.url))`,
    ]) {
      expect(imports('src/engine/a.ts', text)).toHaveLength(1)
    }
  })

  test('typescript may be imported where it is needed, not at start-up', () => {
    expect(imports('src/runtime/a.ts', `await import('typescript')`)).toEqual([])
    expect(imports('src/runtime/a.ts', `import type ts from 'typescript'`)).toEqual([])
  })
})

describe('determinism in TypeScript', () => {
  const check = (text: string): string[] =>
    checkDeterminism([file('src/engine/a.ts', text)]).map(show)

  test.each([
    'const t = Date.now()',
    'const t = new Date()',
    'performance.now()',
    'Math.random()',
    'Math.exp(1)',
    'Math.tanh(1)',
    'Math.pow(2, 3)',
    'const { exp } = Math',
    'const m = Math',
    `Math['exp'](1)`,
    'new Intl.NumberFormat()',
    'async function f() {}',
    'const x = await y',
    'for await (const x of y) {}',
    'setTimeout(f, 1)',
    'queueMicrotask(f)',
    'x = 2 ** 3',
    'x **= 3',
    'globalThis.x',
    `eval('1')`,
    `new Function('return 1')`,
    'process.hrtime()',
    `import('./x.js')`,
    'a.localeCompare(b)',
    'x.toLocaleString()',
    'console.log(1)',
    'const key = { Date }',
  ])('%s is found', (text) => {
    expect(check(`\n${text}`)[0]).toContain('src/engine/a.ts:2 ')
  })

  test.each([
    'Math.floor(Math.sqrt(2) * Math.PI)',
    '// Date.now() and Math.exp',
    'const text = "Date.now()"',
    'view.Date',
    'const x = { process: 1, fetch() {} }',
    'interface A { performance: number }',
    'const x = a * b',
    'const constructor = f.constructor',
  ])('%s is not', (text) => {
    expect(check(text)).toEqual([])
  })

  test('a marker with a reason excuses its line and the next, and nothing else', () => {
    expect(check('const t = Date.now() // determinism-ok: shown only')).toEqual([])
    expect(check('// determinism-ok: shown only\nconst t = Date.now()')).toEqual([])
    expect(check('// determinism-ok: shown only\n\nconst t = Date.now()')).toHaveLength(2)
    expect(check('const t = Date.now() // determinism-ok: ')[0]).toContain('without a reason')
    expect(check('const t = 1 // determinism-ok: old')[0]).toContain('excuses nothing')
  })

  test('only the deterministic folders are watched', () => {
    expect(checkDeterminism([file('src/runtime/a.ts', 'Date.now()')])).toEqual([])
    expect(checkDeterminism([file('src/domain/a.ts', 'Date.now()')])).toHaveLength(1)
    expect(checkDeterminism([file('src/strategies/a.ts', 'Date.now()')])).toHaveLength(1)
  })
})

describe('determinism in Rust', () => {
  const check = (text: string, path = 'native/engine/src/a.rs'): string[] =>
    checkRustDeterminism([file(path, text)]).map(show)

  test.each([
    'use std::collections::HashMap;',
    'let s: HashSet<u8>;',
    'use std::time::Instant;',
    'let y = x.exp();',
    'let y = f64::ln(x);',
    'xs.iter().map(f64::tanh)',
    'x.mul_add(a, b)',
    'x.powi(2)',
    'rand::random()',
    'std::thread::spawn(f);',
    'std::fs::read(p);',
  ])('%s is found', (text) => {
    expect(check(`fn f() {\n    ${text}\n}`)[0]).toContain('native/engine/src/a.rs:2 ')
  })

  test.each([
    '// HashMap and x.exp()',
    'let t = "std::time";',
    "let c = '\"'; let m: BTreeMap<u8, u8>;",
    'let y = libm::exp(x);',
    'let y = x.sqrt();',
    'let expected = self.expiry();',
    'let h: HashMap<u8, u8>; // determinism-ok: looked up, never iterated',
    '#[cfg(test)]\nmod tests {\n    fn f() { if true { x.exp(); } }\n}',
  ])('%s is not', (text) => {
    expect(check(text)).toEqual([])
  })

  test('code after inline tests is watched again', () => {
    expect(check('#[cfg(test)]\nmod tests { }\nfn f() { x.exp(); }')).toHaveLength(1)
  })

  test('the world may read files but has no clock, the other crates are free', () => {
    expect(check('std::fs::read(p)', 'native/world/src/a.rs')).toEqual([])
    expect(check('std::time::Instant', 'native/world/src/a.rs')).toHaveLength(1)
    expect(check('std::time::Instant', 'native/map/src/a.rs')).toEqual([])
  })

  test('a library without forbid(unsafe_code) is found, a comment does not do', () => {
    const good = file('native/engine/src/lib.rs', '//! x\n#![forbid(unsafe_code)]\n')
    const bad = file('native/world/src/lib.rs', '// #![forbid(unsafe_code)]\n')
    expect(checkForbidUnsafe([good, bad]).map(({ path }) => path)).toEqual([bad.path])
  })
})

describe('lengths', () => {
  const body = (lines: number): string => '  x()\n'.repeat(lines)

  test('a function of 71 lines is found in both languages, one of 70 is not', () => {
    const ts = (lines: number) => file('src/cli/a.ts', `function f() {\n${body(lines - 2)}}\n`)
    const rs = (lines: number) => file('native/map/src/a.rs', `fn f() {\n${body(lines - 2)}}\n`)
    expect(checkFunctionLengths([ts(70), rs(70)])).toEqual([])
    expect(checkFunctionLengths([ts(71), rs(71)]).map(({ key }) => key)).toEqual([
      'src/cli/a.ts#f',
      'native/map/src/a.rs#f',
    ])
  })

  test('arrow functions and methods count, describe blocks do not', () => {
    const arrow = file('src/cli/a.ts', `const f = () => {\n${body(80)}}\n`)
    const method = file('src/cli/b.ts', `class A {\n  run() {\n${body(80)}}\n}\n`)
    const suite = file('src/cli/c.test.ts', `describe('a', () => {\n${body(80)}})\n`)
    const found = checkFunctionLengths([arrow, method, suite]).map(({ key }) => key)
    expect(found).toEqual(['src/cli/a.ts#f', 'src/cli/b.ts#run'])
  })

  test('Rust functions end at their own brace', () => {
    const text = 'fn a(x: [u8; 4]) -> u8 {\n  let c = "}";\n  if x { y }\n}\nfn b();\nfn c() {}\n'
    expect(rustFunctions(text)).toEqual([
      { name: 'a', line: 1, lines: 4 },
      { name: 'c', line: 6, lines: 1 },
    ])
  })

  test('a file of 401 lines is found, tests may have 800', () => {
    const long = (path: string, lines: number) => file(path, 'x\n'.repeat(lines))
    expect(checkFileLengths([long('src/cli/a.ts', 400), long('test/a.ts', 800)])).toEqual([])
    expect(checkFileLengths([long('src/cli/a.ts', 401), long('test/a.ts', 801)])).toHaveLength(2)
  })
})

describe('dead files', () => {
  const keys = (files: readonly SourceFile[]): string[] =>
    checkDeadTypeScript(files).map(({ path }) => path)

  test('what an entry reaches lives, what only a test reaches does not', () => {
    const files = [
      file('src/cli/main.ts', `import './used.js'`),
      file('src/cli/used.ts', `import('../runtime/lazy.js')`),
      file('src/runtime/lazy.ts', ''),
      file('src/runtime/tested.ts', ''),
      file('src/runtime/tested.test.ts', `import './tested.js'\nimport '../../test/help.js'`),
      file('test/help.ts', ''),
      file('test/forgotten.ts', ''),
    ]
    expect(keys(files)).toEqual(['src/runtime/tested.ts', 'test/forgotten.ts'])
  })

  test('a Rust file that no module names is found', () => {
    const files = [
      file('native/a/src/lib.rs', 'mod book;\n#[path = "gen/x.rs"]\nmod y;\n// mod old;'),
      file('native/a/src/book/mod.rs', '#[cfg(test)]\nmod tests;'),
      file('native/a/src/book/tests.rs', ''),
      file('native/a/src/gen/x.rs', ''),
      file('native/a/src/old.rs', ''),
      file('native/a/tests/whole.rs', ''),
    ]
    expect(checkDeadRust(files).map(({ path }) => path)).toEqual(['native/a/src/old.rs'])
  })

  test('a script that nothing mentions is found', () => {
    const scripts = [file('scripts/a.mjs', ''), file('scripts/b.mjs', '// b.mjs')]
    const found = checkDeadScripts(scripts, [
      ...scripts,
      file('package.json', 'node scripts/a.mjs'),
    ])
    expect(found.map(({ path }) => path)).toEqual(['scripts/b.mjs'])
  })
})

describe('exceptions', () => {
  const finding = { path: 'a.ts', line: 3, key: 'a.ts#f', message: 'too long' }
  const reason = 'a table that reads best in one piece'

  test('cover what they name, and must be needed and reasoned', () => {
    expect(unexcused('x', [finding], [])).toEqual(['a.ts:3 too long'])
    expect(unexcused('x', [finding], [{ key: 'a.ts#f', reason }])).toEqual([])
    expect(unexcused('x', [], [{ key: 'a.ts#f', reason }])[0]).toContain('not needed')
    expect(unexcused('x', [finding], [{ key: 'a.ts#f', reason: ' ' }])[0]).toContain('no reason')
  })
})
