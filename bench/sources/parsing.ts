import { type Contender, timed } from '../harness.js'
import { perFrame } from './feeding.js'
import { columnsOf, type Input, textOf } from './inputs.js'

/** Ready strings, as they would come out of a socket that decodes for us. */
export function parseStrings(name: string, inputs: readonly Input[]): Contender {
  const texts = inputs.map(textOf)
  const parse = (): number => {
    let objects = 0
    for (const text of texts) objects += typeof JSON.parse(text) === 'object' ? 1 : 0
    return objects
  }
  return { name, ...perFrame(inputs), expected: inputs.length, sample: () => timed(parse) }
}

/** The same from buffers, as `ws` hands them over. */
export function parseBytes(name: string, inputs: readonly Input[]): Contender {
  const { bytes } = columnsOf(inputs)
  const buffers = bytes.map((b) => Buffer.from(b.buffer, b.byteOffset, b.byteLength))
  const parse = (): number => {
    let objects = 0
    for (const b of buffers) objects += typeof JSON.parse(b.toString('latin1')) === 'object' ? 1 : 0
    return objects
  }
  return { name, ...perFrame(inputs), expected: inputs.length, sample: () => timed(parse) }
}
