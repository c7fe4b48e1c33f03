import type { SchemaElement } from 'hyparquet'
import type { ParquetWriter } from 'hyparquet-writer'
import type { OutputFolder } from './output-folder.js'

export interface ColumnSchema {
  readonly name: string
  readonly kind: 'count' | 'time' | 'whole' | 'word' | 'price' | 'quantity' | 'value' | 'amount'
  readonly nullable: boolean
  /** Of decimals. */
  readonly scale: number | null
}

export interface TableSchema {
  readonly name: string
  readonly columns: readonly ColumnSchema[]
}

/** What the core says of a block's columns: `native/world/src/convert/columns.rs`. */
interface Batches {
  readonly batches: readonly {
    readonly table: string
    readonly rows: number
    readonly length: number
  }[]
  /** New words; cells name them by their place among all. */
  readonly words: readonly string[]
}

/** Rows of a row group: what a reader unpacks at once, and what is held until it is written. */
const GROUP_ROWS = 131_072
/** Decimal digits that fit into 64 bits whole. */
const PRECISION = 18

/** How the core hands over the numbers of a column. */
const NUMBERS = {
  count: BigUint64Array,
  time: BigInt64Array,
  whole: BigInt64Array,
  word: BigInt64Array,
  price: BigInt64Array,
  quantity: BigInt64Array,
  value: BigInt64Array,
  amount: Float64Array,
} as const

type Value = bigint | number | string | null

/** One file a table; columns come by block and are written by row group. */
export class ParquetFiles {
  readonly #out: OutputFolder
  readonly #library: typeof import('hyparquet-writer')
  readonly #schemas: ReadonlyMap<string, TableSchema>
  readonly #files = new Map<string, ParquetFile>()
  readonly #words: string[] = []

  private constructor(
    out: OutputFolder,
    library: typeof import('hyparquet-writer'),
    tables: readonly TableSchema[],
  ) {
    this.#out = out
    this.#library = library
    this.#schemas = new Map(tables.map((table) => [table.name, table]))
  }

  /** The library is loaded where it is needed. */
  static async open(out: OutputFolder, tables: readonly TableSchema[]): Promise<ParquetFiles> {
    return new ParquetFiles(out, await import('hyparquet-writer'), tables)
  }

  get rows(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.#files].map(([name, file]) => [`${name}.parquet`, file.rows]),
    )
  }

  take({ batches, words }: Batches, bytes: Uint8Array): void {
    this.#words.push(...words)
    // Numbers of 64 bits are read in place, which wants them aligned.
    const aligned = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
    let at = 0
    for (const { table, rows, length } of batches) {
      this.#file(table).take(aligned.subarray(at, at + length), rows, this.#words)
      at += length
    }
  }

  finish(): void {
    for (const file of this.#files.values()) file.finish()
  }

  #file(name: string): ParquetFile {
    const known = this.#files.get(name)
    if (known !== undefined) return known
    const columns = this.#schemas.get(name)?.columns ?? []
    const file = parquetFile(this.#library, this.#out.draft(`${name}.parquet`), columns)
    this.#files.set(name, file)
    return file
  }
}

/** A file of one table; the library is loaded where it is needed. */
export async function openParquet(
  path: string,
  columns: readonly ColumnSchema[],
): Promise<ParquetFile> {
  return parquetFile(await import('hyparquet-writer'), path, columns)
}

function parquetFile(
  { ParquetWriter, fileWriter }: typeof import('hyparquet-writer'),
  path: string,
  columns: readonly ColumnSchema[],
): ParquetFile {
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [{ name: 'root', num_children: columns.length }, ...columns.map(element)],
    createdBy: 'tickwright',
  })
  return new ParquetFile(writer, columns)
}

/** How a column is described in the file. */
function element({ name, kind, nullable, scale }: ColumnSchema): SchemaElement {
  const repetition_type = nullable ? 'OPTIONAL' : 'REQUIRED'
  if (kind === 'word') {
    const logical_type = { type: 'STRING' } as const
    return { name, repetition_type, type: 'BYTE_ARRAY', converted_type: 'UTF8', logical_type }
  }
  if (kind === 'amount') return { name, repetition_type, type: 'DOUBLE' }
  const number = { name, repetition_type, type: 'INT64' } as const
  if (kind === 'time') {
    return { ...number, logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'NANOS' } }
  }
  // By the older of the two ways to say it: the library writes the newer one's width as a number that readers refuse.
  if (kind === 'count') return { ...number, converted_type: 'UINT_64' }
  if (scale === null) return number
  const decimal = { precision: PRECISION, scale } as const
  return {
    ...number,
    converted_type: 'DECIMAL',
    ...decimal,
    logical_type: { type: 'DECIMAL', ...decimal },
  }
}

/** Gathers the rows of a table into groups. */
export class ParquetFile {
  rows = 0
  readonly #writer: ParquetWriter
  readonly #columns: readonly ColumnSchema[]
  #held: Value[][]

  constructor(writer: ParquetWriter, columns: readonly ColumnSchema[]) {
    this.#writer = writer
    this.#columns = columns
    this.#held = columns.map(() => [])
  }

  take(bytes: Uint8Array, rows: number, words: readonly string[]): void {
    let at = bytes.byteOffset
    for (const [index, { kind, nullable }] of this.#columns.entries()) {
      const values = new NUMBERS[kind](bytes.buffer as ArrayBuffer, at, rows)
      at += 8 * rows
      const valid = nullable ? new Uint8Array(bytes.buffer, at, rows) : undefined
      if (nullable) at += Math.ceil(rows / 8) * 8
      const into = this.#held[index] ?? []
      for (let row = 0; row < rows; row++) {
        const value = values[row] ?? 0n
        if (valid?.[row] === 0) into.push(null)
        else into.push(kind === 'word' ? (words[Number(value)] ?? '') : value)
      }
    }
    this.rows += rows
    if ((this.#held[0]?.length ?? 0) >= GROUP_ROWS) this.#flush()
  }

  finish(): void {
    this.#flush()
    this.#writer.finish()
  }

  #flush(): void {
    const rows = this.#held[0]?.length ?? 0
    if (rows === 0) return
    const columnData = this.#columns.map(({ name }, index) => ({
      name,
      data: this.#held[index] ?? [],
    }))
    this.#writer.write({ columnData, rowGroupSize: rows })
    this.#held = this.#columns.map(() => [])
  }
}
