import {
  COMMAND_HEADER_SIZE,
  Code,
  CtlLayout,
  ENTRY_SIZE,
  EVENT_HEADER_SIZE,
} from '../../protocol/layout.js'
import type { WasmHeap } from './wasm-heap.js'

export type RegionName = 'ctl' | 'ev' | 'view' | 'row' | 'mask' | 'cmd' | 'out'

/** In the order of `Regions::all`. */
const NAMES: readonly RegionName[] = ['ctl', 'ev', 'view', 'row', 'mask', 'cmd', 'out']
/** A note's label is at most this long. */
const MAX_PAYLOAD = 256

interface Region {
  address: number
  length: number
}

/** Arrays of our own with the contents of the session's regions. */
export class SharedRegions {
  readonly ctl: Float64Array
  readonly ev: Uint8Array
  readonly view: Float64Array
  readonly row: Float64Array
  readonly mask: Uint8Array
  readonly cmd: Uint8Array
  readonly out: Uint8Array
  readonly #heap: WasmHeap
  readonly #places: Readonly<Record<RegionName, Region>>
  readonly #bytes: Readonly<Record<RegionName, Uint8Array>>

  constructor(heap: WasmHeap, regionOf: (which: number) => Region) {
    this.#heap = heap
    const places = NAMES.map((name, which) => [name, regionOf(which)] as const)
    this.#places = Object.fromEntries(places) as Record<RegionName, Region>
    const buffers = places.map(([name, { length }]) => [name, new ArrayBuffer(length)] as const)
    const of = Object.fromEntries(buffers) as Record<RegionName, ArrayBuffer>
    const bytes = buffers.map(([name, buffer]) => [name, new Uint8Array(buffer)] as const)
    this.#bytes = Object.fromEntries(bytes) as Record<RegionName, Uint8Array>
    this.ctl = new Float64Array(of.ctl)
    this.ev = this.#bytes.ev
    this.view = new Float64Array(of.view)
    this.row = new Float64Array(of.row)
    this.mask = this.#bytes.mask
    this.cmd = this.#bytes.cmd
    this.out = this.#bytes.out
  }

  /** Before a hot call: arguments, and the commands of a step. */
  push(): void {
    this.#copyIn('ctl', this.#bytes.ctl.length)
    const commands = this.ctl[CtlLayout.commandCount] as number
    if (commands > 0) {
      const most = commands * (COMMAND_HEADER_SIZE + MAX_PAYLOAD)
      this.#copyIn('cmd', Math.min(most, this.cmd.length))
    }
  }

  /** After a hot call: results, and what goes with a code for the engine. */
  pull(code: number): void {
    this.#copyOut('ctl', this.#bytes.ctl.length)
    if (code === Code.Idle || code >= Code.Send) return
    const { ctl } = this
    this.#copyOut('view', this.#bytes.view.length)
    this.#copyOut('row', 8 * (ctl[CtlLayout.rowLength] as number))
    this.#copyOut('mask', ctl[CtlLayout.rowLength] as number)
    const entries = ctl[CtlLayout.entryCount] as number
    this.#copyOut('ev', Math.min(EVENT_HEADER_SIZE + ENTRY_SIZE * entries, this.ev.length))
    if (code === Code.Act) this.#copyOut('out', ctl[CtlLayout.outLength] as number)
  }

  pullAll(): void {
    for (const name of NAMES) if (name !== 'cmd') this.#copyOut(name, this.#bytes[name].length)
  }

  #copyIn(name: RegionName, length: number): void {
    const { address } = this.#places[name]
    this.#heap.bytes(address, length).set(this.#bytes[name].subarray(0, length))
  }

  #copyOut(name: RegionName, length: number): void {
    if (length === 0) return
    const { address } = this.#places[name]
    this.#bytes[name].set(this.#heap.bytes(address, length))
  }
}
