import type { Instrument } from '../domain/instrument.js'
import type { MinimumProof } from '../domain/proof.js'
import type { Stage } from '../protocol/layout.js'

/**
 * Memory that both sides share, bound once. Layouts: `protocol/layout.ts`. Everything but `in`
 * stays the same object for the life of the core.
 */
export interface CoreMemory {
  /** Arguments and results of the hot calls: `CtlLayout`. */
  readonly ctl: Float64Array
  /** Window of the journal in which inputs are laid; another array after each rotation. */
  in: Uint8Array
  /** The event handed over: `EventHeaderLayout`, then bid and ask entries. */
  readonly ev: Uint8Array
  /** Instruments, `viewStride` numbers each: `InstrumentViewLayout`, then bid and ask levels. */
  readonly view: Float64Array
  /** The feature row of a trigger, `CTL.rowLength` values. */
  readonly row: Float64Array
  /** For each value of `row`: 1 where it is valid. */
  readonly mask: Uint8Array
  /** Commands of a step, engine to core: `CommandHeaderLayout`, then the payload padded to 8. */
  readonly cmd: Uint8Array
  /** Bytes to the driver. */
  readonly out: Uint8Array
}

/** What `open` says of the session. */
export interface OpenResult {
  readonly instruments: readonly Instrument[]
  /** Numbers between two instruments in `view`. */
  readonly viewStride: number
  /** Levels of each side in `view`. */
  readonly viewLevels: number
  /** Names of the feature row's values, in order. */
  readonly features: readonly string[]
  /** Identity of the feature set, where the session has one. */
  readonly featureSetHash: string | null
  /** The session's epoch, nanoseconds since 1970 in decimal: what `tsRecv` in `ev` counts from. */
  readonly epochNs: string
}

/** Names of the stages in digests. */
export type StageName = Uncapitalize<keyof typeof Stage>

/** 32 hexadecimal digits a stage. */
export type StageDigests = Readonly<Record<StageName, string>>

/** Functions of `CorePort.math`, by number. */
export const MathFunction = { Exp: 0, Ln: 1, Pow: 2, Tanh: 3, Sqrt: 4 } as const
export type MathFunction = (typeof MathFunction)[keyof typeof MathFunction]

/**
 * A trigger as the core takes it. The place in the strategy's list is its number in `CTL.trigger`.
 */
export interface CoreTrigger {
  readonly kind: 'cadence' | 'threshold' | 'quoteChange' | 'trade' | 'events' | 'reset'
  /** Name of an instrument, or `*` for each of them. */
  readonly instrument: string
  readonly minimumProof: MinimumProof
  readonly periodNs?: number
  readonly feature?: string
  readonly above?: number
  readonly below?: number
  readonly events?: number
}

/** A strategy as the core takes it. The place in the list is its number in `CTL.strategy`. */
export interface CoreStrategy {
  readonly name: string
  /** The place in the list is the timer's number. */
  readonly timers: readonly string[]
  readonly triggers: readonly CoreTrigger[]
}

/** A disagreement between book and quote; `[price, quantity]` of bid and ask as decimal strings. */
export interface Mismatch {
  readonly depthId: number
  readonly quoteId: number
  readonly book: readonly (readonly [string, string])[]
  readonly quote: readonly (readonly [string, string])[]
}

/** How well the book of an instrument is proven, and what was counted on the way. */
export interface InstrumentDescription {
  readonly name: string
  readonly venue: string
  readonly symbol: string
  readonly priceScale: number
  readonly quantityScale: number
  readonly tick: number
  readonly lot: number
  readonly inferred: boolean
  readonly joined: boolean
  readonly sequence: number
  readonly proofLevel: string
  readonly proofReason: string
  readonly counts: {
    readonly updates: number
    readonly gaps: number
    readonly snapshots: number
    readonly resets: number
    readonly trades: number
    readonly quotes: number
    readonly unjoined: number
    readonly crossed: number
  }
  /** Where the venue tells every order. */
  readonly orders?: OrderCounts
  readonly bbo: {
    readonly compared: number
    readonly mismatched: number
    readonly notComparable: number
    readonly lastMismatch: Mismatch | null
  }
  /** Books held against checksums of the venue. */
  readonly checksum: { readonly compared: number; readonly mismatched: number }
  readonly bidLevels: number
  readonly askLevels: number
}

/** What order events came to; those from `unknown` on were odd and are tolerated. */
export interface OrderCounts {
  readonly added: number
  readonly modified: number
  readonly cancelled: number
  readonly executed: number
  readonly unknown: number
  readonly duplicate: number
  readonly overfilled: number
  readonly wrongSide: number
  readonly empty: number
  readonly malformed: number
}

/** What a session tells of itself. */
export interface SessionDescription {
  readonly events: number
  readonly rows: number
  readonly triggers: number
  readonly frames: number
  readonly refusedFrames: number
  readonly ignoredFrames: number
  /** Nanoseconds since 1970, decimal. */
  readonly time: string
  /** The `seq` that the next input gets. */
  readonly nextSeq: number
  /** Nanoseconds since 1970, decimal, behind which the next stamp must lie; null before any input. */
  readonly lastStamp: string | null
  readonly stateHash: string
  readonly instruments: readonly InstrumentDescription[]
  readonly lastRefusal: string | null
}

/** A book at a moment; `[price, quantity]` as decimal strings, best first. */
export interface BookDescription {
  readonly instrument: string
  readonly bids: readonly (readonly [string, string])[]
  readonly asks: readonly (readonly [string, string])[]
  readonly levels: { readonly bids: number; readonly asks: number }
  /** Where the venue tells every order: the queues of the levels above. */
  readonly orders?: {
    readonly bids: readonly OrderQueue[]
    readonly asks: readonly OrderQueue[]
  }
  readonly sequence: number
  readonly state: string
  readonly reason: string
  readonly tsEvent: string
  readonly tsRecv: string
}

/** Orders at a price as `[order id, quantity]`, first in line first. */
export interface OrderQueue {
  readonly price: string
  readonly queue: readonly (readonly [string, string])[]
}

/** First difference between a journal and its replay. */
export interface Divergence {
  readonly seq: number
  readonly event: number
  readonly stage: string
  readonly left: string
  readonly right: string
}

/** How a recorded replay ended. */
export interface ReplayVerdict {
  readonly equal: boolean
  readonly throughSeq: number
  readonly inputs: number
  readonly outputs: number
  readonly closed: boolean
  readonly tornBytes: number
  readonly firstDivergence: Divergence | null
}

export interface JournalRequest {
  readonly path: string
  /** Text of `manifest.json`; never changes afterwards. */
  readonly manifest: string
  readonly epoch: string
  readonly segmentBytes: number
  readonly durability: 'process' | 'power'
}

/** What a session is opened with: `native/engine/src/core/config.rs`. */
export interface CoreConfig {
  readonly epoch: string
  readonly viewLevels?: number
  readonly connections?: readonly {
    readonly name: string
    readonly venue: string
    readonly kind: 'stream' | 'snapshot'
    readonly symbol?: string
  }[]
  readonly instruments?: readonly {
    readonly venue: string
    readonly symbol: string
    readonly priceScale: number
    readonly quantityScale: number
    readonly tick: number
    readonly lot: number
    readonly inferred?: boolean
  }[]
  readonly strategies?: readonly CoreStrategy[]
  /** A feature set, which the core checks: `native/engine/src/features/spec.rs`. */
  readonly features?: object
  readonly strict?: boolean
  readonly skipQuotes?: boolean
  readonly stopAt?: number
  readonly stopTime?: string
  readonly stopSeq?: number
  readonly checkpoints?: readonly number[]
  readonly keepOutputs?: boolean
}

export type SessionRequest =
  | { readonly mode: 'live'; readonly config: CoreConfig }
  | { readonly mode: 'tape'; readonly config: CoreConfig }
  | { readonly mode: 'journal'; readonly config: CoreConfig; readonly segments: number }

/** An open session of the core, native or WebAssembly. Hot calls take their arguments from `CTL` and `IN`. */
export interface CorePort {
  readonly kind: CoreKind
  readonly memory: CoreMemory
  readonly opened: OpenResult
  /** Takes the one input that lies in `IN`. Returns a `Code`, as the next two do. */
  feed(): number
  /** Fires what is due; in replay lets the world run. */
  advance(): number
  /** Takes the commands of the step and goes on. */
  resume(): number
  /** Quantity units at a price, 0 where there is no such level. */
  level(instrument: number, side: number, price: number): number
  /** Quantity that waits in front of an order at its price; `NaN` where it does not rest. */
  quantityAhead(instrument: number, orderId: number): number
  /** Orders that do. */
  ordersAhead(instrument: number, orderId: number): number
  math(fn: MathFunction, x: number, y: number): number

  // Cold calls; each throws `TickwrightError`.
  /** The error behind a FAULT. */
  fault(): Error
  /** From now on inputs are appended to a journal before they act. */
  createJournal(request: JournalRequest): void
  /** Goes on in the next segment: a payload of so many bytes does not fit into this one. */
  rotate(payloadBytes: number): void
  /** Goes on in the segment that is kept for a full disk: room to stop in good order. */
  useReserve(): void
  /** Data sync: nothing in front of it is lost with the power. Returns the `seq` that follows. */
  sync(): number
  /** The closing digest; a recorded replay compares what is left. */
  finish(): void
  /** Closes the journal in good order. */
  closeJournal(): void
  /** Replay: makes a range of a file the window. */
  supply(path: string, offset: number, length: number): void
  /** A checkpoint over the core and the given state of the engine. */
  save(engineState: string): Uint8Array
  /** Takes a checkpoint back; returns the state of the engine that it holds. */
  restore(document: Uint8Array): string
  /** Outputs since the last call, as `--out` keeps them. */
  outputs(): Uint8Array
  digest(): StageDigests
  describe(): SessionDescription
  book(instrument: number, depth: number): BookDescription
  verdict(): ReplayVerdict
  close(): void
}

export type CoreKind = 'native' | 'wasm'

export type ToolKind =
  | 'tape'
  | 'journal'
  | 'generate'
  | 'import'
  | 'recode'
  | 'convert'
  | 'difference'
  | 'features'
  | 'featureRows'
  | 'causality'

/** Something that lives in the core behind a handle: an import, a generator, a tape's index. */
export interface ToolPort {
  /** Bytes of the reply are the caller's to keep. */
  call<Result>(op: string, args?: object, bytes?: Uint8Array): { result: Result; bytes: Uint8Array }
  close(): void
}

/** One loaded build of the core. */
export interface CoreModule {
  readonly kind: CoreKind
  readonly version: string
  /** Why this build and not the other, where that was not asked for. */
  readonly reason?: string
  openSession(request: SessionRequest, index?: Uint8Array): CorePort
  openTool(kind: ToolKind, args?: object): ToolPort
  math(fn: MathFunction, x: number, y: number): number
}
