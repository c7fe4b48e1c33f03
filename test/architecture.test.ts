// The architecture as tests. Each rule is tried on sources that break it in architecture/rules.test.ts.
import { describe, expect, test } from 'vitest'
import { checkDeadRust, checkDeadScripts, checkDeadTypeScript } from './architecture/dead-files.js'
import { checkDeterminism } from './architecture/determinism.js'
import { exceptionRules, unexcused } from './architecture/exceptions.js'
import { checkImports } from './architecture/imports.js'
import { checkFileLengths, checkFunctionLengths, lengthReport } from './architecture/lengths.js'
import { checkForbidUnsafe, checkRustDeterminism } from './architecture/rust.js'
import { isGenerated, show, sourceFiles } from './architecture/source-files.js'

const typescript = sourceFiles(['src', 'replay', 'bench', 'test', 'examples'], ['.ts'])
const rust = sourceFiles(['native', 'wasm'], ['.rs'])
const scripts = sourceFiles(['scripts'], ['.mjs'])
const written = [...typescript, ...rust, ...scripts].filter(({ path }) => !isGenerated(path))
const RULES = ['imports', 'functionLength', 'fileLength', 'deadFiles']

describe('directions', () => {
  test('imports point inward', () => {
    expect(unexcused('imports', checkImports(typescript))).toEqual([])
  })
})

describe('determinism', () => {
  test('domain, engine and strategies read no clock, draw no randomness, await nothing', () => {
    expect(checkDeterminism(typescript).map(show)).toEqual([])
  })
  test('the Rust core names no clock, no unordered map, no platform mathematics', () => {
    expect(checkRustDeterminism(rust).map(show)).toEqual([])
  })
  test('engine and world forbid unsafe code', () => {
    expect(checkForbidUnsafe(rust).map(show)).toEqual([])
  })
})

describe('shape', () => {
  test('functions fit a screen', () => {
    console.log(lengthReport(written))
    expect(unexcused('functionLength', checkFunctionLengths(written))).toEqual([])
  })
  test('files need no table of contents', () => {
    expect(unexcused('fileLength', checkFileLengths(written))).toEqual([])
  })
  test('nothing is left to be done in a comment', () => {
    const mark = /\b(TODO|FIXME|XXX)\b/
    const found = written
      .filter(({ path }) => path !== 'test/architecture.test.ts')
      .flatMap(({ path, text }) =>
        text
          .split('\n')
          .flatMap((line, i) => (mark.test(line) ? [`${path}:${i + 1} ${line}`] : [])),
      )
    expect(found).toEqual([])
  })
  test('every file is reached', () => {
    const mentions = [
      ...sourceFiles(['.ci', '.github', 'docs'], ['run', '.yml', '.md']),
      ...sourceFiles(['.'], ['.mjs', '.md', 'package.json', '.test.ts']),
    ]
    const findings = [
      ...checkDeadTypeScript(typescript),
      ...checkDeadRust(rust),
      ...checkDeadScripts(scripts, mentions),
    ]
    expect(unexcused('deadFiles', findings)).toEqual([])
  })
  test('exceptions belong to a rule', () => {
    expect(exceptionRules.filter((rule) => !RULES.includes(rule))).toEqual([])
  })
})
