import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { afterAll, describe, expect, test } from 'vitest'
import { TickwrightError } from '../errors/tickwright-error.js'
import { crc32 } from './crc32.js'
import { storedFile, unpacked } from './unpack.js'

const folder = mkdtempSync(join(tmpdir(), 'tickwright-zip-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Entry {
  readonly name: string
  readonly text: string
  readonly method?: number
  readonly flags?: number
  /** Sizes stand in the extra field of 64 bits. */
  readonly wide?: boolean
}

function archive(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, text, method = 8, flags = 0, wide = false } of entries) {
    const data = method === 8 ? deflateRawSync(text) : Buffer.from(text)
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50, 0)
    local.writeUInt16LE(name.length, 26)
    parts.push(local, Buffer.from(name), data)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50, 0)
    central.writeUInt16LE(flags, 8)
    central.writeUInt16LE(method, 10)
    central.writeUInt32LE(crc32(Buffer.from(text)), 16)
    central.writeUInt32LE(wide ? 0xffffffff : data.length, 20)
    central.writeUInt32LE(wide ? 0xffffffff : text.length, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt16LE(wide ? 20 : 0, 30)
    central.writeUInt32LE(offset, 42)
    const extra = Buffer.alloc(wide ? 20 : 0)
    if (wide) {
      extra.writeUInt16LE(1, 0)
      extra.writeUInt16LE(16, 2)
      extra.writeBigUInt64LE(BigInt(text.length), 4)
      extra.writeBigUInt64LE(BigInt(data.length), 12)
    }
    directory.push(central, Buffer.from(name), extra)
    offset += local.length + name.length + data.length
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...parts, listed, end])
}

function stored(bytes: Uint8Array): string {
  const path = join(folder, 'BTCUSDT-trades-2024-08-08.zip')
  writeFileSync(path, bytes)
  return path
}

async function read(bytes: Uint8Array): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of unpacked(stored(bytes), () => {})) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function refusal(bytes: Uint8Array): Promise<TickwrightError> {
  const error = await read(bytes).catch((e: unknown) => e)
  if (!(error instanceof TickwrightError)) throw new Error(`no refusal: ${error}`)
  return error
}

const text = '7,58710.2,0.014,821.9428,1723161255030,true\n'.repeat(100)
const name = 'BTCUSDT-trades-2024-08-08.csv'

test('the checksum is that of the published check value', () => {
  expect(crc32(Buffer.from('123456789'))).toBe(0xcbf43926)
  expect(crc32(Buffer.from('6789'), crc32(Buffer.from('12345')))).toBe(0xcbf43926)
})

describe('an archive', () => {
  test('of one file is that file, and is named with it', async () => {
    expect(await read(archive([{ name, text }]))).toBe(text)
    expect(await read(archive([{ name, text, method: 0 }]))).toBe(text)
    expect(await read(archive([{ name, text, wide: true }]))).toBe(text)
    const folders = archive([
      { name: 'data/', text: '', method: 0 },
      { name, text },
    ])
    expect(await read(folders)).toBe(text)
    const { name: whole } = await storedFile(stored(archive([{ name, text }])))
    expect(whole).toBe(`BTCUSDT-trades-2024-08-08.zip/${name}`)
  })

  test.each([
    [
      'several files',
      [
        { name, text },
        { name: 'b.csv', text },
      ],
      'an archive of 2 files',
    ],
    ['encryption', [{ name, text, flags: 1 }], 'is encrypted'],
    ['an unknown method', [{ name, text, method: 14 }], 'packed by method 14'],
    ['nothing in it', [], 'an empty archive'],
  ])('with %s is refused', async (_, entries, seen) => {
    const error = await refusal(archive(entries))
    expect(error).toMatchObject({ code: 'E_IMPORT_FORMAT' })
    expect(error.message).toContain(seen)
  })

  test('that was cut is refused wherever the cut is', async () => {
    const whole = archive([{ name, text }])
    for (let length = 4; length < whole.length; length += 7) {
      expect(await refusal(whole.subarray(0, length))).toMatchObject({ code: 'E_IMPORT_TRUNCATED' })
    }
  })

  test('with a flipped byte is refused or gives the same bytes', async () => {
    const whole = archive([{ name, text }])
    for (let at = 4; at < whole.length; at += 3) {
      const bad = Buffer.from(whole)
      bad[at] = (bad[at] as number) ^ 0x10
      const seen = await read(bad).catch((error: TickwrightError) => error.code)
      expect([text, 'E_IMPORT_TRUNCATED', 'E_IMPORT_FORMAT']).toContain(seen)
    }
  })
})
