import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { createInflateRaw } from 'node:zlib'
import { TickwrightError } from '../errors/tickwright-error.js'
import { crc32 } from './crc32.js'

/** APPNOTE 6.3.10, sections 4.3.7, 4.3.12, 4.3.16 and 4.5.3. */
const LOCAL = { signature: 0x04034b50, size: 30 }
const CENTRAL = { signature: 0x02014b50, size: 46 }
const END = { signature: 0x06054b50, size: 22 }
const LONGEST_COMMENT = 0xffff
/** In 32 bits this says that the number stands in an extra field of 64 bits. */
const ELSEWHERE = 0xffffffff
const WIDE_EXTRA = 1
const STORED = 0
const DEFLATED = 8
const ENCRYPTED = 1
const CHUNK = 1 << 20

/** The one file in an archive. */
export interface ZipEntry {
  readonly name: string
  readonly crc: number
  readonly deflated: boolean
  readonly start: number
  readonly bytes: number
  readonly unpackedBytes: number
}

/** The only file of an archive. Throws `E_IMPORT_FORMAT`, `E_IMPORT_TRUNCATED`. */
export function zipEntry(path: string): ZipEntry {
  const fd = openSync(path, 'r')
  try {
    return findEntry(fd, path)
  } finally {
    closeSync(fd)
  }
}

function findEntry(fd: number, path: string): ZipEntry {
  const size = fstatSync(fd).size
  const tail = readAt(fd, Math.max(0, size - END.size - LONGEST_COMMENT), size)
  const at = tail.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  if (at < 0 || at + END.size > tail.length) throw cut(path, 'the archive has no directory')
  const [count, bytes, offset] = [10, 12, 16].map((field) =>
    field === 10 ? tail.readUInt16LE(at + field) : tail.readUInt32LE(at + field),
  ) as [number, number, number]
  if (count === LONGEST_COMMENT || offset === ELSEWHERE) {
    throw refused(path, 'an archive whose directory is in the form for 64 bits', 'unpack it first')
  }
  if (offset + bytes > size) throw cut(path, 'the directory lies behind the end')
  const files = entries(readAt(fd, offset, offset + bytes), count, path)
  const [file, ...others] = files.filter((entry) => !entry.name.endsWith('/'))
  if (file === undefined) throw refused(path, 'an empty archive', 'is it another file?')
  if (others.length > 0) {
    const names = [file, ...others].map((entry) => entry.name).slice(0, 5)
    throw refused(path, `an archive of ${files.length} files: ${names.join(', ')}`, 'unpack it')
  }
  return { ...file, start: dataStart(fd, file, size, path) }
}

type Listed = ZipEntry & { readonly header: number }

function entries(directory: Buffer, count: number, path: string): Listed[] {
  const out: Listed[] = []
  let at = 0
  for (let i = 0; i < count; i++) {
    const whole = at + CENTRAL.size <= directory.length
    if (!whole || directory.readUInt32LE(at) !== CENTRAL.signature) {
      throw cut(path, `entry ${i} of the directory is damaged`)
    }
    const lengths = [28, 30, 32].map((field) => directory.readUInt16LE(at + field))
    const [name, extra, comment] = lengths as [number, number, number]
    const names = at + CENTRAL.size
    out.push(listed(directory, at, directory.subarray(names, names + name + extra), name, path))
    at = names + name + extra + comment
  }
  return out
}

function listed(
  directory: Buffer,
  at: number,
  texts: Buffer,
  nameLength: number,
  path: string,
): Listed {
  const name = texts.toString('utf8', 0, nameLength)
  const method = directory.readUInt16LE(at + 10)
  if ((directory.readUInt16LE(at + 8) & ENCRYPTED) !== 0) {
    throw refused(path, `${name} is encrypted`, 'decrypt it first')
  }
  if (method !== STORED && method !== DEFLATED) {
    throw refused(path, `${name} is packed by method ${method}`, 'unpack it first')
  }
  const narrow = [24, 20, 42].map((field) => directory.readUInt32LE(at + field))
  const wide = wideNumbers(texts.subarray(nameLength), narrow, path)
  const [unpackedBytes, bytes, header] = wide as [number, number, number]
  const crc = directory.readUInt32LE(at + 16)
  return { name, crc, deflated: method === DEFLATED, start: 0, bytes, unpackedBytes, header }
}

/** Numbers beyond 32 bits stand in an extra field, in their order, each only where it is needed. */
function wideNumbers(extra: Buffer, narrow: readonly number[], path: string): number[] {
  let at = 0
  while (at + 4 <= extra.length && extra.readUInt16LE(at) !== WIDE_EXTRA) {
    at += 4 + extra.readUInt16LE(at + 2)
  }
  at += 4
  return narrow.map((number) => {
    if (number !== ELSEWHERE) return number
    if (at + 8 > extra.length) throw cut(path, 'a size of 64 bits is missing')
    at += 8
    return Number(extra.readBigUInt64LE(at - 8))
  })
}

function dataStart(fd: number, file: Listed, size: number, path: string): number {
  const header = readAt(fd, file.header, file.header + LOCAL.size)
  if (header.length < LOCAL.size || header.readUInt32LE(0) !== LOCAL.signature) {
    throw cut(path, `${file.name} does not begin where the directory says`)
  }
  const start = file.header + LOCAL.size + header.readUInt16LE(26) + header.readUInt16LE(28)
  if (start + file.bytes > size) throw cut(path, `${file.name} ends behind the archive's end`)
  return start
}

function readAt(fd: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(to - from)
  return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, from))
}

/** The bytes of an archive's only file; its length and CRC-32 are checked at the end. */
export async function* unzipped(
  path: string,
  onStored: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const entry = zipEntry(path)
  if (entry.bytes === 0) return
  const end = entry.start + entry.bytes - 1
  const stream = createReadStream(path, { start: entry.start, end, highWaterMark: CHUNK })
  stream.on('data', (chunk) => onStored(chunk.length))
  const inflate = createInflateRaw({ chunkSize: CHUNK })
  stream.on('error', (error) => inflate.destroy(error))
  let [crc, length] = [0, 0]
  try {
    const source = entry.deflated ? stream.pipe(inflate) : stream
    for await (const chunk of source as AsyncIterable<Buffer>) {
      crc = crc32(chunk, crc)
      length += chunk.length
      yield chunk
    }
  } finally {
    stream.destroy()
  }
  if (crc !== entry.crc || length !== entry.unpackedBytes) {
    throw cut(path, `${entry.name} has another length or checksum than the directory says`)
  }
}

function cut(path: string, seen: string): TickwrightError {
  return new TickwrightError('E_IMPORT_TRUNCATED', `the packed file is damaged: ${seen}`, {
    at: path,
    hint: 'fetch the file again, or unpack what is left of it and import that',
  })
}

function refused(path: string, seen: string, hint: string): TickwrightError {
  return new TickwrightError('E_IMPORT_FORMAT', `${seen}; archives of one plain file are read`, {
    at: path,
    hint,
  })
}
