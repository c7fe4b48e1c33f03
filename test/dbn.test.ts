// `import` of Databento's files: the command runs a program of its own. The bytes are made here, from the published
// layout; what records mean is tested beside the program.
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { cli, cliJson } from './support/cli.js'
import { temporaryFolder } from './support/folders.js'

const folder = temporaryFolder()
const at = (name: string): string => join(folder, name)
const root = join(import.meta.dirname, '..')
const program = join(root, 'target/dbn/release/tickwright-dbn')
const isBuilt = existsSync(program) || existsSync(`${program}.exe`)

const START = 1_700_000_000_000_000_000n

/** Version 2: no symbols, no mappings. */
function metadata(): Buffer {
  const fixed = Buffer.alloc(100)
  fixed.write('GLBX.MDP3', 'latin1')
  fixed.writeUInt16LE(0, 16)
  fixed.writeBigUInt64LE(START, 18)
  fixed.writeUInt8(0xff, 42)
  fixed.writeUInt8(0, 43)
  fixed.writeUInt16LE(71, 45)
  const lists = Buffer.alloc(5 * 4)
  const prelude = Buffer.from('DBN\u0002\0\0\0\0', 'latin1')
  prelude.writeUInt32LE(fixed.length + lists.length, 4)
  return Buffer.concat([prelude, fixed, lists])
}

/** A record of an order: 56 bytes. */
function order(index: number, action: string, id: number, price: bigint, size: number): Buffer {
  const record = Buffer.alloc(56)
  record.writeUInt8(record.length / 4, 0)
  record.writeUInt8(160, 1)
  record.writeUInt16LE(1, 2)
  record.writeUInt32LE(4916, 4)
  record.writeBigUInt64LE(START + BigInt(index), 8)
  record.writeBigUInt64LE(BigInt(id), 16)
  record.writeBigInt64LE(price, 24)
  record.writeUInt32LE(size, 32)
  record.writeUInt8(0x80, 36)
  record.write(action, 38, 'latin1')
  record.write(action === 'R' ? 'N' : 'B', 39, 'latin1')
  record.writeBigUInt64LE(START + BigInt(index) + 5n, 40)
  record.writeUInt32LE(index, 52)
  return record
}

const UNDEFINED = 2n ** 63n - 1n
const bytes = Buffer.concat([
  metadata(),
  order(1, 'R', 0, UNDEFINED, 0),
  order(2, 'A', 7, 5_000_250_000_000n, 3),
  order(3, 'C', 7, 5_000_250_000_000n, 3),
])

describe('DBN files', () => {
  test('become tapes', (context) => {
    if (!isBuilt) context.skip('the reader of DBN files is not built')
    writeFileSync(at('a.dbn'), bytes)
    const report = cliJson<{ events: number; byKind: object; report: { format: string } }>([
      'import',
      at('a.dbn'),
      '--out',
      at('a.tape'),
    ])
    expect(report).toMatchObject({
      events: 3,
      byKind: { snapshot: 1, orderAdd: 1, orderCancel: 1 },
      report: { format: 'dbn', files: [{ name: 'a.dbn', bytes: bytes.length, lines: 3 }] },
    })
    const tape = cliJson<{ instruments: object[]; origins: object[] }>(['inspect', at('a.tape')])
    expect(tape.instruments[0]).toMatchObject({ name: 'glbx.mdp3.glbx:4916', priceScale: 2 })
    expect(tape.origins[0]).toMatchObject({ name: 'a.dbn' })
  })

  test.for([
    ['cut', bytes.subarray(0, bytes.length - 1), 'E_IMPORT_TRUNCATED'],
    [
      'of another version',
      Buffer.concat([Buffer.from('DBN\u0063'), bytes.subarray(4)]),
      'E_IMPORT_DBN_VERSION',
    ],
    ['something else, packed', Buffer.from('28b52ffd000100', 'hex'), 'E_IMPORT_TRUNCATED'],
  ] as const)('%s are refused, and nothing is left', ([name, content, code], context) => {
    if (!isBuilt) context.skip('the reader of DBN files is not built')
    writeFileSync(at('bad.dbn'), content)
    const run = cli(['import', at('bad.dbn'), '--out', at(`${name}.tape`)])
    expect([run.code, run.err.includes(code)]).toEqual([3, true])
    expect(existsSync(at(`${name}.tape`))).toBe(false)
    expect(existsSync(at(`${name}.tape.tmp`))).toBe(false)
  })

  test('need cargo, and say so', () => {
    writeFileSync(at('b.dbn'), bytes)
    const path = process.env.PATH
    try {
      process.env.PATH = folder
      const run = cli(['import', at('b.dbn'), '--out', at('b.tape')])
      expect([run.code, run.err.includes('E_MISSING_CARGO')]).toEqual([4, true])
    } finally {
      process.env.PATH = path
    }
  })

  test('tell instruments and venues themselves', () => {
    writeFileSync(at('c.dbn'), bytes)
    const run = cli(['import', at('c.dbn'), '--out', at('c.tape'), '--venue', 'binance'])
    expect(run.code).toBe(2)
  })
})
