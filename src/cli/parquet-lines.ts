import type { FileMetaData, SchemaElement } from 'hyparquet'
import { TickwrightError } from '../errors/tickwright-error.js'
import { storedAs } from './parquet-cells.js'

/** Bytes of text that are handed over at once. */
const CHUNK = 1 << 20

/** First and last bytes of a file. */
export const PARQUET = Buffer.from('PAR1')

/**
 * A Parquet file as lines of CSV, a header first: exact, times in nanoseconds, an empty field for no value. One row
 * group is in memory at a time. Throws `E_IMPORT_PARQUET`.
 */
export async function* parquetLines(
  path: string,
  onStored: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetRead } = await import('hyparquet')
  const { compressors } = await import('hyparquet-compressors')
  const file = await asyncBufferFromFile(path)
  const metadata = await asParquet(path, 'its footer', () => parquetMetadataAsync(file))
  const columns = flatColumns(path, metadata)
  const cells = columns.map(storedAs)
  yield Buffer.from(`${columns.map(({ name }) => quoted(name)).join(',')}\n`)
  const plain = withoutMeanings(metadata)
  let rowStart = 0
  for (const [index, group] of metadata.row_groups.entries()) {
    const rowEnd = rowStart + Number(group.num_rows)
    let rows: unknown[][] = []
    const onComplete = (all: unknown[][]): void => {
      rows = all
    }
    const read = { file, metadata: plain, rowStart, rowEnd, compressors, utf8: false, onComplete }
    const parsers = { timestampFromNanoseconds: (nanos: bigint) => nanos }
    await asParquet(path, `row group ${index}`, () => parquetRead({ ...read, parsers }))
    if (rows.length !== rowEnd - rowStart)
      throw refused(
        path,
        `row group ${index} has ${rows.length} rows, its footer says ${rowEnd - rowStart}`,
      )
    yield* textOf(rows, cells)
    onStored(Math.floor(file.byteLength / metadata.row_groups.length))
    rowStart = rowEnd
  }
}

function* textOf(
  rows: readonly (readonly unknown[])[],
  cells: readonly ((value: unknown) => string)[],
): Generator<Buffer> {
  let text = ''
  for (const row of rows) {
    text += cells.map((cell, at) => (row[at] == null ? '' : quoted(cell(row[at])))).join(',')
    text += '\n'
    if (text.length < CHUNK) continue
    yield Buffer.from(text)
    text = ''
  }
  if (text !== '') yield Buffer.from(text)
}

/** In quotes where it holds what separates (RFC 4180). */
const quoted = (text: string): string =>
  /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** The columns of a table; a list or a group within a row is none. */
function flatColumns(path: string, { schema }: FileMetaData): SchemaElement[] {
  const [root, ...columns] = schema
  const nested = columns.find(
    (c) => c.repetition_type === 'REPEATED' || c.num_children !== undefined || c.type === undefined,
  )
  if (nested !== undefined) throw refused(path, `column ${nested.name} is nested`)
  if (root?.num_children !== columns.length || columns.length === 0)
    throw refused(path, 'its schema is no table')
  return columns
}

/** The library makes floats of decimals and dates of times: it is not told that they are any. */
function withoutMeanings(metadata: FileMetaData): FileMetaData {
  const plain = ({ converted_type: _, logical_type: __, ...element }: SchemaElement) => element
  return { ...metadata, schema: metadata.schema.map(plain) }
}

/** What the library finds wrong with a file's bytes. */
async function asParquet<Result>(
  path: string,
  what: string,
  read: () => Promise<Result>,
): Promise<Result> {
  try {
    return await read()
  } catch (error) {
    throw refused(path, `${what} cannot be read: ${(error as Error).message}`, error)
  }
}

const refused = (path: string, message: string, cause?: unknown): TickwrightError =>
  new TickwrightError('E_IMPORT_PARQUET', message, {
    at: path,
    hint: 'write the file anew, as a flat table',
    cause,
  })
