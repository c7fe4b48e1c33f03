import { createHash } from 'node:crypto'
import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { TickwrightError } from '../errors/tickwright-error.js'
import { PARQUET, parquetLines } from './parquet-lines.js'
import { unzipped, zipEntry } from './zip.js'

/** Large pieces: each costs a turn through the thread pool and a call into the core. */
const CHUNK = 1 << 20

/** A file as stored. */
export interface StoredFile {
  readonly name: string
  readonly sha256: string
  readonly bytes: number
}

/** Name, size and hash of a file; behind an archive's name that of the file in it. Throws `E_IO`. */
export async function storedFile(path: string): Promise<StoredFile> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of stored(path)) {
    hash.update(chunk)
    bytes += chunk.length
  }
  const name = path.split(/[\\/]/).at(-1) ?? path
  const inside = packing(path) === 'zip' ? `/${zipEntry(path).name}` : ''
  return { name: name + inside, sha256: hash.digest('hex'), bytes }
}

/**
 * The bytes of a file, unpacked where it is gzip or an archive of one file, as lines where it is Parquet. While the caller
 * works on one piece, the thread pool unpacks the next. Throws `E_IO`, `E_IMPORT_TRUNCATED` (a packed file that ends
 * early or is damaged), `E_IMPORT_PARQUET`.
 */
export async function* unpacked(
  path: string,
  onStored: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const source = stored(path, onStored)
  const packed = packing(path)
  if (packed === 'parquet') {
    yield* parquetLines(path, onStored)
    return
  }
  if (packed === 'plain') {
    yield* source
    return
  }
  if (packed === 'zip') {
    yield* unzippedSafely(path, onStored)
    return
  }
  const stream = createReadStream(path, { highWaterMark: CHUNK })
  stream.on('data', (chunk) => onStored(chunk.length))
  const gunzip = createGunzip({ chunkSize: CHUNK })
  stream.on('error', (error) => gunzip.destroy(error))
  stream.pipe(gunzip)
  try {
    yield* gunzip as AsyncIterable<Buffer>
  } catch (error) {
    throw packedError(path, error as NodeJS.ErrnoException)
  } finally {
    stream.destroy()
  }
}

async function* unzippedSafely(
  path: string,
  onStored: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* unzipped(path, onStored)
  } catch (error) {
    throw packedError(path, error as NodeJS.ErrnoException)
  }
}

async function* stored(
  path: string,
  onStored: (bytes: number) => void = () => {},
): AsyncGenerator<Buffer> {
  const stream = createReadStream(path, { highWaterMark: CHUNK })
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      onStored(chunk.length)
      yield chunk
    }
  } catch (error) {
    throw fileError(path, error as NodeJS.ErrnoException)
  } finally {
    stream.destroy()
  }
}

function packing(path: string): 'plain' | 'gzip' | 'zip' | 'parquet' {
  const magic = Buffer.alloc(PARQUET.length)
  let fd: number
  try {
    fd = openSync(path, 'r')
  } catch (error) {
    throw fileError(path, error as NodeJS.ErrnoException)
  }
  try {
    readSync(fd, magic, 0, magic.length, 0)
    if (magic.equals(PARQUET)) return 'parquet'
    const text = magic.toString('latin1')
    if (text.startsWith('\u001f\u008b')) return 'gzip'
    return text === 'PK\u0003\u0004' || text === 'PK\u0005\u0006' ? 'zip' : 'plain'
  } catch (error) {
    throw fileError(path, error as NodeJS.ErrnoException)
  } finally {
    closeSync(fd)
  }
}

function fileError(path: string, error: NodeJS.ErrnoException): Error {
  if (error instanceof TickwrightError || error.syscall === undefined) return error
  const hint = error.code === 'ENOENT' ? 'check the path' : 'check that the file can be read'
  return new TickwrightError('E_IO', `cannot read: ${error.message}`, {
    at: path,
    hint,
    category: 'data',
    cause: error,
  })
}

function packedError(path: string, error: NodeJS.ErrnoException): Error {
  if (!error.code?.startsWith('Z_')) return fileError(path, error)
  const seen =
    error.code === 'Z_BUF_ERROR' ? 'the packed file ends early' : 'the packed file is damaged'
  return new TickwrightError('E_IMPORT_TRUNCATED', `${seen}: ${error.message}`, {
    at: path,
    hint: 'fetch the file again, or unpack what is left of it and import that',
    cause: error,
  })
}
