import type { CoreConfig } from '../../src/ports/core.js'
import { EntryType } from '../../src/protocol/layout.js'

export type FrameKind = 'snapshot' | 'depth' | 'bookTicker' | 'trade' | 'other'

/** One input as a session receives it. */
export interface Input {
  readonly type: EntryType
  /** Connection: 0 the stream, 1 the snapshots. */
  readonly source: number
  /** Nanoseconds since the epoch of the session; rises strictly. */
  readonly stamp: number
  readonly bytes: Uint8Array
  readonly kind: FrameKind
}

/** Inputs of one instrument, and what a session needs to take them. */
export interface InputSource {
  /** For the report. */
  readonly name: string
  readonly recorded: boolean
  readonly inputs: readonly Input[]
  readonly config: CoreConfig
}

/** By the text that the venue writes, for choosing what to measure; the core parses for itself. */
export function kindOf(text: string): FrameKind {
  if (text.startsWith('{"lastUpdateId"')) return 'snapshot'
  const at = text.indexOf('"e":"')
  if (at < 0) return text.includes('@bookTicker"') ? 'bookTicker' : 'other'
  const event = text.slice(at + 5, text.indexOf('"', at + 5))
  if (event === 'depthUpdate') return 'depth'
  if (event === 'bookTicker') return 'bookTicker'
  return event === 'trade' || event === 'aggTrade' ? 'trade' : 'other'
}

/**
 * Inputs in columns, their bytes behind each other as the strings of a peer lie: walking them costs the code that is
 * measured as little as can be, and both sides the same.
 */
export interface Columns {
  readonly types: Uint8Array
  readonly sources: Uint8Array
  readonly stamps: Float64Array
  readonly bytes: readonly Uint8Array[]
}

export const columnsOf = (inputs: readonly Input[]): Columns => ({
  types: Uint8Array.from(inputs, ({ type }) => type),
  sources: Uint8Array.from(inputs, ({ source }) => source),
  stamps: Float64Array.from(inputs, ({ stamp }) => stamp),
  bytes: packed(inputs),
})

function packed(inputs: readonly Input[]): Uint8Array[] {
  const all = new Uint8Array(inputs.reduce((sum, { bytes }) => sum + bytes.length, 0))
  let end = 0
  return inputs.map(({ bytes }) => {
    const start = end
    all.set(bytes, start)
    end += bytes.length
    return all.subarray(start, end)
  })
}

export const inputType = (kind: FrameKind): EntryType =>
  kind === 'snapshot' ? EntryType.Body : EntryType.Frame

export const textOf = ({ bytes }: Input): string => Buffer.from(bytes).toString('latin1')

/** Those of one kind, with the snapshots where they are depth. */
export const ofKind = (inputs: readonly Input[], kind: FrameKind): Input[] =>
  inputs.filter((i) => i.kind === kind || (kind === 'depth' && i.kind === 'snapshot'))
