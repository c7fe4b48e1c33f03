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

/** The core, native or WebAssembly. Hot calls take their arguments from `CTL` and `IN`. */
export interface CorePort {
  readonly kind: 'native' | 'wasm'
  readonly memory: CoreMemory
  /** Takes the one input that lies in `IN`. Returns a `Code`, as the next two do. */
  feed(): number
  /** Fires what is due; in replay lets the world run. */
  advance(): number
  /** Takes the commands of the step and goes on. */
  resume(): number
  /** Quantity units at a price, 0 where there is no such level. */
  level(instrument: number, side: number, price: number): number
  math(fn: MathFunction, x: number, y: number): number

  // Cold calls: JSON in, JSON out; each throws `TickwrightError`.
  open(config: object): OpenResult
  /** A checkpoint over the core and the given state of the engine. */
  save(engineState: string): Uint8Array
  /** Takes a checkpoint back; returns the state of the engine that it holds. */
  restore(document: Uint8Array): string
  digest(): StageDigests
  describe(): object
  close(): void
}
