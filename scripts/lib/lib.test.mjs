import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { withLock } from './lock.mjs'
import { readBlocks } from './readme.mjs'
import { countRust } from './rust-output.mjs'
import { readSection, setSection } from './wasm-section.mjs'

describe('README commands', () => {
  const fence = '```'
  test('each block is one test, exceptions leave out their line', () => {
    const text = `a\n<!-- not run: b: it asks -->\n${fence}sh\na\nb\n${fence}\n\n${fence}sh\nc\n${fence}\n${fence}js\nd\n${fence}\n`
    expect(readBlocks(text)).toEqual([
      { line: 3, commands: ['a'], skipped: ['README.md:3 b: it asks'] },
      { line: 8, commands: ['c'], skipped: [] },
    ])
  })

  test('an exception for the whole block leaves nothing', () => {
    const [block] = readBlocks(`<!-- not run: *: needs a venue -->\n${fence}sh\na\nb\n${fence}\n`)
    expect(block.commands).toEqual([])
  })

  test('an exception that matches no line is refused', () => {
    const text = `<!-- not run: x: old -->\n${fence}sh\na\n${fence}\n`
    expect(() => readBlocks(text)).toThrow('no line "x"')
  })
})

describe('counts of cargo test', () => {
  const output = [
    'test a ... ok',
    'test slow ... ignored, takes an hour',
    '---- tape::reads stdout ----',
    'skipped: tape reads: no recordings',
    'skipped: tape reads: no recordings either',
    '---- tape::other stdout ----',
    'skipped: other: no recordings',
    'test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out',
    'test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out',
  ].join('\n')

  test('a test that prints that it is skipped is not counted as passed', () => {
    expect(countRust(output)).toEqual({
      passed: 5,
      failed: 1,
      skipped: ['slow: takes an hour', 'tape reads: no recordings', 'other: no recordings'],
    })
  })
})

describe('custom sections', () => {
  const empty = Buffer.from('\0asm\x01\0\0\0', 'latin1')

  test('what is set is read again, and replaces what was there', () => {
    const once = setSection(empty, 'a', Buffer.from('one'))
    const twice = setSection(setSection(once, 'b', Buffer.alloc(300, 7)), 'a', Buffer.from('two'))
    expect(readSection(twice, 'a').toString()).toBe('two')
    expect(readSection(twice, 'b')).toEqual(Buffer.alloc(300, 7))
    expect(readSection(twice, 'c')).toBeUndefined()
    const module = new WebAssembly.Module(twice)
    expect(WebAssembly.Module.customSections(module, 'a')).toHaveLength(1)
  })

  test('a cut module and another file are refused', () => {
    const once = setSection(empty, 'a', Buffer.from('one'))
    expect(() => readSection(once.subarray(0, -1), 'a')).toThrow('ends beyond')
    expect(() => readSection(Buffer.from('hello, world'), 'a')).toThrow('not a WebAssembly module')
  })
})

describe('lock', () => {
  let folder
  let lock
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tickwright-lock-'))
    lock = join(folder, 'x.lock')
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  test('is gone after the work, also after work that fails', async () => {
    await expect(withLock(lock, () => existsSync(lock))).resolves.toBe(true)
    await expect(withLock(lock, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(existsSync(lock)).toBe(false)
  })

  test('of a dead process is taken over', async () => {
    writeFileSync(lock, '4194305')
    await expect(withLock(lock, () => 'done')).resolves.toBe('done')
  })

  test('lets one of many processes in at a time', async () => {
    const log = join(folder, 'log')
    const program = `
      import { withLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)}
      import { appendFileSync } from 'node:fs'
      import { setTimeout as sleep } from 'node:timers/promises'
      await withLock(${JSON.stringify(lock)}, async () => {
        appendFileSync(${JSON.stringify(log)}, 'in ')
        await sleep(20)
        appendFileSync(${JSON.stringify(log)}, 'out ')
      })`
    const ended = Array.from({ length: 4 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program])
      return new Promise((resolve) => child.on('close', resolve))
    })
    expect(await Promise.all(ended)).toEqual([0, 0, 0, 0])
    expect(readFileSync(log, 'utf8')).toBe('in out '.repeat(4))
  })
})
