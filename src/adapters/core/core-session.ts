import { TickwrightError } from '../../errors/tickwright-error.js'
import type {
  BookDescription,
  CoreKind,
  CoreMemory,
  CorePort,
  JournalRequest,
  MathFunction,
  OpenResult,
  ReplayVerdict,
  SessionDescription,
  StageDigests,
} from '../../ports/core.js'
import { CtlLayout } from '../../protocol/layout.js'

/** Kinds of `query`; those of functions begin with `Math`. */
const Query = { Level: 0, Math: 1, QuantityAhead: 6, OrdersAhead: 7 } as const

export const NOTHING = new Uint8Array(0)
const decoder = new TextDecoder()

/** Answer of a cold call. */
export interface RawReply {
  readonly json: string
  readonly bytes: Uint8Array
}

/**
 * What both builds have in common: queries through `CTL` and cold calls by name. A build adds memory,
 * the hot calls and the journal's file.
 */
export abstract class CoreSession implements CorePort {
  abstract readonly kind: CoreKind
  abstract readonly memory: CoreMemory
  abstract readonly opened: OpenResult
  abstract feed(): number
  abstract advance(): number
  abstract resume(): number
  abstract createJournal(request: JournalRequest): void
  abstract rotate(payloadBytes: number): void
  abstract useReserve(): void
  abstract sync(): number
  abstract closeJournal(): void
  abstract supply(path: string, offset: number, length: number): void
  abstract close(): void
  /** Serves what lies in the query fields of `CTL`. */
  protected abstract query(): number
  /** A cold call; throws `TickwrightError`. */
  protected abstract call(op: string, args: string, bytes: Uint8Array): RawReply

  level(instrument: number, side: number, price: number): number {
    return this.#ask(Query.Level, instrument, side, price)
  }

  quantityAhead(instrument: number, orderId: number): number {
    return this.#ask(Query.QuantityAhead, instrument, orderId, 0)
  }

  ordersAhead(instrument: number, orderId: number): number {
    return this.#ask(Query.OrdersAhead, instrument, orderId, 0)
  }

  math(fn: MathFunction, x: number, y: number): number {
    return this.#ask(Query.Math + fn, x, y, 0)
  }

  #ask(kind: number, a: number, b: number, c: number): number {
    const { ctl } = this.memory
    ctl[CtlLayout.queryKind] = kind
    ctl[CtlLayout.queryA] = a
    ctl[CtlLayout.queryB] = b
    ctl[CtlLayout.queryC] = c
    this.query()
    return ctl[CtlLayout.queryValue] as number
  }

  fault(): Error {
    const fields = this.json<object | null>('fault')
    return fields === null
      ? new TickwrightError('E_INVARIANT', 'FAULT without an error')
      : TickwrightError.fromCore(JSON.stringify(fields))
  }

  finish(): void {
    this.call('finish', '', NOTHING)
  }

  save(engineState: string): Uint8Array {
    return this.call('save', engineState, NOTHING).bytes
  }

  restore(document: Uint8Array): string {
    return this.call('restore', '', document).json
  }

  outputs(): Uint8Array {
    return this.call('outputs', '', NOTHING).bytes
  }

  digest(): StageDigests {
    return this.json('digest')
  }

  describe(): SessionDescription {
    return this.json('describe')
  }

  book(instrument: number, depth: number): BookDescription {
    return this.json('book', { instrument, depth })
  }

  verdict(): ReplayVerdict {
    return this.json('verdict')
  }

  protected json<Result>(op: string, args: object = {}): Result {
    return JSON.parse(this.call(op, JSON.stringify(args), NOTHING).json) as Result
  }
}

/** An error that crossed the border as JSON of `{code, message, at, hint}`. */
export function coreError(error: unknown): Error {
  return TickwrightError.fromCore(error instanceof Error ? error.message : String(error))
}

export const decode = (bytes: Uint8Array): string => decoder.decode(bytes)
