import { closeSync, openSync, readFileSync, readSync } from 'node:fs'
import { TickwrightError } from '../../errors/tickwright-error.js'
import type {
  CoreMemory,
  CoreModule,
  JournalRequest,
  OpenResult,
  SessionRequest,
  ToolPort,
} from '../../ports/core.js'
import { Code } from '../../protocol/layout.js'
import { CoreSession, NOTHING, type RawReply } from './core-session.js'
import { lazyMath } from './lazy-math.js'
import { WasmHeap } from './wasm-heap.js'
import { WasmJournalFile } from './wasm-journal-file.js'
import { SharedRegions } from './wasm-regions.js'

const INPUT_WINDOW = 7

/** Instantiates the committed WebAssembly build. */
export function loadWasmCore(path: string, version: string): CoreModule {
  const module = new WebAssembly.Module(readFileSync(path))
  // An instance each: memory that one grows does not move another's, and a trap ends one session alone.
  const instance = () => new WasmHeap(new WebAssembly.Instance(module, {}).exports)
  const openSession = (request: SessionRequest, index = NOTHING) =>
    new WasmCore(instance(), JSON.stringify(request), index)
  return {
    kind: 'wasm',
    version,
    openSession,
    openTool: (kind, args = {}) => new WasmTool(instance(), kind, JSON.stringify(args)),
    math: lazyMath(openSession),
  }
}

/**
 * A session in WebAssembly. Linear memory moves when it grows, so the regions that the engine holds are
 * arrays of our own, brought up to date around each call; only the input window lies in linear memory.
 */
class WasmCore extends CoreSession {
  readonly kind = 'wasm'
  readonly memory: CoreMemory
  readonly opened: OpenResult
  readonly #heap: WasmHeap
  readonly #handle: number
  readonly #regions: SharedRegions
  #journal: WasmJournalFile | undefined
  #trapped: Error | undefined
  #file: { path: string; fd: number } | undefined

  constructor(heap: WasmHeap, request: string, index: Uint8Array) {
    super()
    this.#heap = heap
    const reply = heap.cold('tw_session_open', [], [request], index)
    const [handle, opened] = JSON.parse(reply.json) as [number, OpenResult]
    this.#handle = handle
    this.opened = opened
    this.#regions = new SharedRegions(heap, (which) => this.#region(which))
    const { ctl, ev, view, row, mask, cmd, out } = this.#regions
    this.memory = { ctl, in: NOTHING, ev, view, row, mask, cmd, out }
    this.#regions.pullAll()
    this.#bindInput()
  }

  feed(): number {
    return this.#hot('tw_feed')
  }

  advance(): number {
    return this.#hot('tw_advance')
  }

  resume(): number {
    return this.#hot('tw_resume')
  }

  protected query(): number {
    return this.#hot('tw_query')
  }

  #hot(name: 'tw_feed' | 'tw_advance' | 'tw_resume' | 'tw_query'): number {
    if (this.#trapped !== undefined) return Code.Fault
    this.#regions.push()
    let code: number
    try {
      code = this.#heap.exports[name](this.#handle)
    } catch (error) {
      this.#trapped = new TickwrightError('E_PANIC', `the core trapped: ${error}`, { cause: error })
      return Code.Fault
    }
    this.#regions.pull(code)
    if (this.#heap.moved(this.memory.in)) this.#bindInput()
    this.#journal?.write(this.#position())
    return code
  }

  override fault(): Error {
    return this.#trapped ?? super.fault()
  }

  createJournal(request: JournalRequest): void {
    const { manifest, epoch, segmentBytes } = request
    this.call('createJournal', JSON.stringify({ manifest, epoch, segmentBytes }), NOTHING)
    this.#journal = new WasmJournalFile(request, () => this.memory.in, this.#position())
  }

  rotate(): void {
    if (this.#journal === undefined) return
    const closing = this.#journal.closing(this.#closeSegment(false))
    this.call('nextSegment', '', NOTHING)
    this.#journal.next(closing, this.#position())
  }

  /** Nothing is preallocated here, so nothing can be kept. */
  useReserve(): void {
    throw new TickwrightError('E_JOURNAL_RESERVE', 'this build keeps no reserve segment')
  }

  sync(): number {
    this.#journal?.sync()
    return this.describe().nextSeq
  }

  override save(engineState: string): Uint8Array {
    const document = super.save(engineState)
    this.#journal?.write(this.#position())
    return document
  }

  override finish(): void {
    super.finish()
    this.#journal?.write(this.#position())
  }

  closeJournal(): void {
    if (this.#journal === undefined) return
    this.#journal.end(this.#journal.closing(this.#closeSegment(true)))
    this.#journal = undefined
  }

  /** In memory; returns how many of its bytes the file keeps. */
  #closeSegment(last: boolean): number {
    return JSON.parse(this.call('closeSegment', String(last), NOTHING).json) as number
  }

  supply(path: string, offset: number, length: number): void {
    if (this.#file?.path !== path) {
      if (this.#file !== undefined) closeSync(this.#file.fd)
      this.#file = { path, fd: openSync(path, 'r') }
    }
    const address = this.#heap.exports.tw_window(this.#handle, length)
    const window = this.#heap.bytes(address, length)
    let done = 0
    while (done < length) {
      const read = readSync(this.#file.fd, window, done, length - done, offset + done)
      if (read === 0) {
        throw new TickwrightError(
          'E_TAPE_TRUNCATED',
          `the file ends ${length - done} bytes early`,
          {
            at: `${path}, byte ${offset + done}`,
          },
        )
      }
      done += read
    }
    if (this.#heap.moved(this.memory.in)) this.#bindInput()
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file.fd)
    this.#file = undefined
    this.#heap.exports.tw_session_close(this.#handle)
  }

  protected call(op: string, args: string, bytes: Uint8Array): RawReply {
    if (this.#trapped !== undefined) throw this.#trapped
    const reply = this.#heap.cold('tw_session_call', [this.#handle], [op, args], bytes)
    this.#after()
    return reply
  }

  /** After a cold call everything may have moved or changed. */
  #after(): void {
    this.#regions.pullAll()
    this.#bindInput()
  }

  #bindInput(): void {
    const { address, length } = this.#region(INPUT_WINDOW)
    this.memory.in = this.#heap.bytes(address, length)
  }

  #region(which: number): { address: number; length: number } {
    return {
      address: this.#heap.exports.tw_region(this.#handle, which),
      length: this.#heap.exports.tw_region_length(this.#handle, which),
    }
  }

  #position(): number {
    return this.#heap.exports.tw_journal_position(this.#handle)
  }
}

class WasmTool implements ToolPort {
  readonly #heap: WasmHeap
  readonly #handle: number

  constructor(heap: WasmHeap, kind: string, args: string) {
    this.#heap = heap
    this.#handle = JSON.parse(heap.cold('tw_tool_open', [], [kind, args]).json) as number
  }

  call<Result>(op: string, args: object = {}, bytes = NOTHING) {
    const texts = [op, JSON.stringify(args)]
    const reply = this.#heap.cold('tw_tool_call', [this.#handle], texts, bytes)
    return { result: JSON.parse(reply.json) as Result, bytes: reply.bytes }
  }

  close(): void {
    this.#heap.exports.tw_tool_close(this.#handle)
  }
}
