import { createRequire } from 'node:module'
import type {
  CoreMemory,
  CoreModule,
  JournalRequest,
  OpenResult,
  SessionRequest,
  ToolPort,
} from '../../ports/core.js'
import { CoreSession, coreError, NOTHING, type RawReply } from './core-session.js'
import { lazyMath } from './lazy-math.js'

interface HotCalls {
  readonly buffers: Readonly<
    Record<'ctl' | 'ev' | 'view' | 'row' | 'mask' | 'cmd' | 'out', ArrayBuffer>
  >
  feed(): number
  advance(): number
  resume(): number
  query(): number
}

interface NativeSession {
  readonly opened: string
  hot(): HotCalls
  window(): ArrayBuffer
  call(op: string, args: string, bytes: Uint8Array): RawReply
  supply(path: string, offset: number, length: number): void
  createJournal(args: string): void
  rotateJournal(reserve: boolean): void
  syncJournal(): string
  closeJournal(): void
}

interface NativeTool {
  call(op: string, args: string, bytes: Uint8Array): RawReply
}

/** What `native/node` exports. */
interface Addon {
  readonly NativeSession: new (request: string, index: Uint8Array) => NativeSession
  readonly NativeTool: new (kind: string, args: string) => NativeTool
  engineVersion(): string
}

/** Loads the addon; throws where it is not there or not for this platform. */
export function loadNativeCore(path: string): CoreModule {
  const addon = createRequire(import.meta.url)(path) as Addon
  const openSession = (request: SessionRequest, index = NOTHING) =>
    new NativeCore(crossing(() => new addon.NativeSession(JSON.stringify(request), index)))
  return {
    kind: 'native',
    version: addon.engineVersion(),
    openSession,
    openTool: (kind, args = {}) =>
      new Tool(crossing(() => new addon.NativeTool(kind, JSON.stringify(args)))),
    math: lazyMath(openSession),
  }
}

/** A session in the addon; its memory is the addon's own, seen without a copy. */
class NativeCore extends CoreSession {
  readonly kind = 'native'
  readonly memory: CoreMemory
  readonly opened: OpenResult
  // Own properties, so that a hot call is one property read and the call.
  readonly feed: () => number
  readonly advance: () => number
  readonly resume: () => number
  protected readonly query: () => number
  readonly #session: NativeSession

  constructor(session: NativeSession) {
    super()
    this.#session = session
    this.opened = JSON.parse(session.opened) as OpenResult
    const { buffers, feed, advance, resume, query } = session.hot()
    this.feed = feed
    this.advance = advance
    this.resume = resume
    this.query = query
    this.memory = {
      ctl: new Float64Array(buffers.ctl),
      in: new Uint8Array(session.window()),
      ev: new Uint8Array(buffers.ev),
      view: new Float64Array(buffers.view),
      row: new Float64Array(buffers.row),
      mask: new Uint8Array(buffers.mask),
      cmd: new Uint8Array(buffers.cmd),
      out: new Uint8Array(buffers.out),
    }
  }

  createJournal(request: JournalRequest): void {
    crossing(() => this.#session.createJournal(JSON.stringify(request)))
    this.memory.in = new Uint8Array(this.#session.window())
  }

  rotate(): void {
    crossing(() => this.#session.rotateJournal(false))
    this.memory.in = new Uint8Array(this.#session.window())
  }

  useReserve(): void {
    crossing(() => this.#session.rotateJournal(true))
    this.memory.in = new Uint8Array(this.#session.window())
  }

  sync(): number {
    const point = JSON.parse(crossing(() => this.#session.syncJournal())) as {
      nextSeq: number
    } | null
    return point?.nextSeq ?? 0
  }

  closeJournal(): void {
    this.memory.in = NOTHING
    crossing(() => this.#session.closeJournal())
  }

  supply(path: string, offset: number, length: number): void {
    crossing(() => this.#session.supply(path, offset, length))
  }

  /** Memory goes with the last reference; a journal that was not closed is left as after a crash. */
  close(): void {}

  protected call(op: string, args: string, bytes: Uint8Array): RawReply {
    return crossing(() => this.#session.call(op, args, bytes))
  }
}

class Tool implements ToolPort {
  readonly #tool: NativeTool

  constructor(tool: NativeTool) {
    this.#tool = tool
  }

  call<Result>(op: string, args: object = {}, bytes = NOTHING) {
    const reply = crossing(() => this.#tool.call(op, JSON.stringify(args), bytes))
    return { result: JSON.parse(reply.json) as Result, bytes: reply.bytes }
  }

  close(): void {}
}

function crossing<Result>(call: () => Result): Result {
  try {
    return call()
  } catch (error) {
    throw coreError(error)
  }
}
