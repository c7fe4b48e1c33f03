import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SchemaElement } from 'hyparquet'
import { ByteWriter, ParquetWriter } from 'hyparquet-writer'
import { afterAll, describe, expect, it } from 'vitest'
import { decimalText, floatText, storedAs } from './parquet-cells.js'
import { parquetLines } from './parquet-lines.js'

const folder = mkdtempSync(join(tmpdir(), 'tickwright-parquet-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const path = join(folder, 'a.parquet')

interface Column {
  readonly element: SchemaElement
  readonly data: unknown[]
}

function write(columns: readonly Column[], rowGroupSize = 2): void {
  const writer = new ByteWriter()
  const elements = columns.map(({ element }) => element)
  const schema = [{ name: 'root', num_children: columns.length }, ...elements]
  const parquet = new ParquetWriter({ writer, schema })
  const columnData = columns.map(({ element: { name }, data }) => ({ name, data }))
  parquet.write({ columnData: columnData as never, rowGroupSize })
  parquet.finish()
  writeFileSync(path, writer.getBytes())
}

async function lines(): Promise<string> {
  let text = ''
  for await (const chunk of parquetLines(path, () => {})) text += chunk.toString('utf8')
  return text
}

const optional = (name: string, rest: Partial<SchemaElement>): SchemaElement => ({
  name,
  repetition_type: 'OPTIONAL',
  ...rest,
})

const bars: readonly Column[] = [
  {
    element: optional('time', { type: 'INT64', converted_type: 'TIMESTAMP_MICROS' }),
    data: [1_723_161_255_030_314n, 1n, null],
  },
  {
    element: optional('price', {
      type: 'INT64',
      converted_type: 'DECIMAL',
      precision: 18,
      scale: 3,
    }),
    data: [999_999_999_999_999_999n, -5n, 0n],
  },
  { element: optional('size', { type: 'DOUBLE' }), data: [0.1 + 0.2, 1e-7, Number.NaN] },
  {
    element: optional('name', { type: 'BYTE_ARRAY', converted_type: 'UTF8' }),
    data: ['a,b', 'say "c"', 'ü'],
  },
  {
    element: optional('id', { type: 'INT64', converted_type: 'UINT_64' }),
    data: [2n ** 63n + 5n, 7n, null],
  },
]

describe('lines of a Parquet file', () => {
  it('are exact, over several row groups', async () => {
    write(bars)
    expect(await lines()).toBe(
      [
        'time,price,size,name,id',
        '1723161255030314000,999999999999999.999,0.30000000000000004,"a,b",9223372036854775813',
        '1000,-0.005,1e-7,"say ""c""",7',
        ',0.000,NaN,ü,',
        '',
      ].join('\n'),
    )
  })

  it('say what cannot be read: a file cut anywhere, or damaged', async () => {
    write(bars)
    const whole = readFileSync(path)
    const refusedOrText = async (): Promise<string> => {
      try {
        return await lines()
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    for (let length = 4; length < whole.length; length += 3) {
      writeFileSync(path, whole.subarray(0, length))
      expect(await refusedOrText(), `cut at ${length}`).toBe('E_IMPORT_PARQUET')
    }
    for (let at = 4; at < whole.length; at += 5) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] ?? 0) ^ 0x40
      writeFileSync(path, damaged)
      await refusedOrText()
    }
  }, 60_000)

  it('are those of a flat table', async () => {
    const writer = new ByteWriter()
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 1 },
      { name: 'list', repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', type: 'INT32' },
    ]
    const parquet = new ParquetWriter({ writer, schema })
    parquet.write({ columnData: [{ name: 'list', data: [[1], [2]] as never }] })
    parquet.finish()
    writeFileSync(path, writer.getBytes())
    await expect(lines()).rejects.toMatchObject({ code: 'E_IMPORT_PARQUET', at: path })
  })
})

describe('cells', () => {
  it('are written as they are stored', () => {
    const text = (element: Partial<SchemaElement>, value: unknown) =>
      storedAs({ name: 'x', ...element })(value)
    expect(text({ type: 'INT32', converted_type: 'DATE' }, 19_943)).toBe('1723075200000000000')
    const bytes = new Uint8Array([0xff, 0x38])
    expect(text({ type: 'FIXED_LEN_BYTE_ARRAY', converted_type: 'DECIMAL', scale: 1 }, bytes)).toBe(
      '-20.0',
    )
    const millis = { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' } as const
    expect(text({ type: 'INT64', logical_type: millis }, 5n)).toBe('5000000')
    const unsigned = { type: 'INTEGER', bitWidth: 32, isSigned: false } as const
    expect(text({ type: 'INT32', logical_type: unsigned }, -1)).toBe('4294967295')
    expect(text({ type: 'BOOLEAN' }, true)).toBe('true')
    expect(text({ type: 'INT96' }, 12n)).toBe('12')
  })

  it('hold decimals of any scale', () => {
    expect(decimalText(-5n, 2)).toBe('-0.05')
    expect(decimalText(5n, -3)).toBe('5000')
    expect(decimalText(0n, 0)).toBe('0')
  })

  it('are the shortest text of a 32-bit float', () => {
    expect(floatText(Math.fround(0.1))).toBe('0.1')
    expect(floatText(Math.fround(58_710.2))).toBe('58710.2')
    expect(floatText(16_777_216)).toBe('16777216')
    expect(floatText(Number.NaN)).toBe('NaN')
  })
})
