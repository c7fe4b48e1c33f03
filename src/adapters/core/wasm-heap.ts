import { coreError, decode, NOTHING, type RawReply } from './core-session.js'

/** What `wasm/` exports. */
export interface WasmExports {
  readonly memory: WebAssembly.Memory
  tw_alloc(bytes: number): number
  tw_free(address: number, bytes: number): void
  tw_reply_json(): number
  tw_reply_json_length(): number
  tw_reply_bytes(): number
  tw_reply_bytes_length(): number
  tw_tool_close(handle: number): void
  tw_session_close(handle: number): void
  tw_feed(handle: number): number
  tw_advance(handle: number): number
  tw_resume(handle: number): number
  tw_query(handle: number): number
  tw_region(handle: number, which: number): number
  tw_region_length(handle: number, which: number): number
  tw_journal_position(handle: number): number
  tw_window(handle: number, length: number): number
}

type ColdCall = 'tw_session_open' | 'tw_session_call' | 'tw_tool_open' | 'tw_tool_call'

const encoder = new TextEncoder()

/** Linear memory of one instance, and calls with texts and bytes. */
export class WasmHeap {
  readonly exports: WasmExports

  constructor(exports: WebAssembly.Exports) {
    this.exports = exports as unknown as WasmExports
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.exports.memory.buffer, address, length)
  }

  /** Whether memory has grown since the view was made: the view is then of no use. */
  moved(view: Uint8Array): boolean {
    return view.buffer !== this.exports.memory.buffer
  }

  /** Lays texts and bytes into memory, calls, reads the reply, frees. */
  cold(name: ColdCall, first: number[], texts: readonly string[], bytes?: Uint8Array): RawReply {
    const parts: Uint8Array[] = texts.map((text) => encoder.encode(text))
    if (bytes !== undefined) parts.push(bytes)
    const laid = parts.map((part) => ({ address: this.exports.tw_alloc(part.length), part }))
    for (const { address, part } of laid) this.bytes(address, part.length).set(part)
    const args = laid.flatMap(({ address, part }) => [address, part.length])
    const call = (this.exports as unknown as Record<ColdCall, (...args: number[]) => number>)[name]
    try {
      const failed = call(...first, ...args)
      const json = decode(this.#reply('json'))
      if (failed !== 0) throw coreError(new Error(json))
      return { json, bytes: this.#reply('bytes').slice() }
    } finally {
      for (const { address, part } of laid) this.exports.tw_free(address, part.length)
    }
  }

  #reply(which: 'json' | 'bytes'): Uint8Array {
    const { exports } = this
    const [address, length] =
      which === 'json'
        ? [exports.tw_reply_json(), exports.tw_reply_json_length()]
        : [exports.tw_reply_bytes(), exports.tw_reply_bytes_length()]
    return length === 0 ? NOTHING : this.bytes(address, length)
  }
}
