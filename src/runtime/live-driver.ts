import type { Engine } from '../engine/engine.js'
import { TickwrightError } from '../errors/tickwright-error.js'
import type { CorePort } from '../ports/core.js'
import { Code, CtlLayout, EntryType } from '../protocol/layout.js'
import { drain } from './loop.js'

/** Gives nanoseconds since the session's epoch; monotonic. */
export interface SessionClock {
  now(): number
  /** Wall clock minus (epoch + now), nanoseconds: journaled every second, seen by nothing that decides. */
  wallOffset?(): number
}

/** Session time between two clock samples. */
const CLOCK_EVERY_NS = 1_000_000_000

export interface LiveCounts {
  inputs: number
  checkpoints: number
  /** Stamps that had to be pushed past the one before: the clock stood still or stepped back. */
  pushedStamps: number
}

/**
 * The live driver: stamps each input once, lays its bytes into the journal's window, feeds the core and
 * drains what comes of it. Sockets, files and generators all deliver here.
 */
export class LiveDriver {
  readonly counts: LiveCounts = { inputs: 0, checkpoints: 0, pushedStamps: 0 }
  readonly #core: CorePort
  readonly #engine: Engine
  readonly #clock: SessionClock
  readonly #serve: (code: number) => number
  readonly #sample = new BigInt64Array(1)
  readonly #sampleBytes = new Uint8Array(this.#sample.buffer)
  #lastStamp = -1
  #nextSample = 0
  #failed: unknown

  constructor(core: CorePort, engine: Engine, clock: SessionClock) {
    this.#core = core
    this.#engine = engine
    this.#clock = clock
    this.#serve = (code) => this.#serveCode(code)
  }

  /**
   * First input of every session, stamped with its epoch: the configuration, so that a journal opens
   * without anything else.
   */
  start(config: Uint8Array): void {
    this.#lastStamp = 0
    this.#feed(EntryType.Config, 0, config)
    this.#engine.start()
    this.#drain(this.#core.resume())
  }

  /**
   * Goes on from a checkpoint that the core has taken back: the configuration again, then which
   * checkpoint it was, so that the new journal replays from there. `lastStamp`: the checkpoint's.
   */
  restart(config: Uint8Array, reference: Uint8Array, engineState: string, lastStamp: number): void {
    this.#engine.restoreState(engineState)
    this.#lastStamp = lastStamp
    this.#nextSample = lastStamp + CLOCK_EVERY_NS
    this.deliver(EntryType.Config, 0, config)
    this.deliver(EntryType.CheckpointRef, 0, reference)
  }

  /** One input as received. `source`: which connection. */
  deliver(type: EntryType, source: number, bytes: Uint8Array): void {
    this.#requireAlive()
    this.#lastStamp = this.#stamp()
    if (this.#lastStamp >= this.#nextSample) this.#sampleClock()
    this.#feed(type, source, bytes)
  }

  /**
   * Data sync, durability `power`: the acknowledgement is itself an input, with the seq behind the last one
   * that is safe.
   */
  sync(): void {
    this.#requireAlive()
    this.#sample[0] = BigInt(this.#core.sync())
    this.deliver(EntryType.SyncAck, 0, this.#sampleBytes)
  }

  /** In a quiet market: lets what is due fire. */
  advance(): void {
    this.#requireAlive()
    const now = this.#clock.now()
    if (now <= this.#lastStamp) return
    this.#lastStamp = now
    this.#core.memory.ctl[CtlLayout.stamp] = now
    this.#drain(this.#core.advance())
  }

  /** A checkpoint over core and engine, at the quiescent point between two inputs. */
  checkpoint(): Uint8Array {
    this.#requireAlive()
    this.counts.checkpoints++
    return this.#core.save(this.#engine.saveState())
  }

  /** Whether inputs are still taken: no error has ended the session. */
  get isAlive(): boolean {
    return this.#failed === undefined
  }

  /**
   * What was due with the last input, strategies' last words, then the closing digest; the journal is
   * closed after it.
   */
  stop(): void {
    this.#requireAlive()
    this.#settle()
    this.#stop()
  }

  /** A timer due at the stamp of the last input has its turn behind it: nothing comes that would let it. */
  #settle(): void {
    this.#lastStamp += 1
    this.#core.memory.ctl[CtlLayout.stamp] = this.#lastStamp
    this.#drain(this.#core.advance())
  }

  #stop(): void {
    this.#engine.stop()
    this.#drain(this.#core.resume())
    this.#core.finish()
    this.#core.closeJournal()
  }

  /** After an error nothing more is fed: the journal is left as after a crash, and replays to there. */
  #requireAlive(): void {
    if (this.#failed !== undefined) throw this.#failed
  }

  /** The sample takes the stamp of the input that made it due, which then comes one nanosecond later. */
  #sampleClock(): void {
    this.#nextSample = this.#lastStamp + CLOCK_EVERY_NS
    const offset = this.#clock.wallOffset?.()
    if (offset === undefined) return
    this.#sample[0] = BigInt(Math.round(offset))
    this.#feed(EntryType.Clock, 0, this.#sampleBytes)
    this.#lastStamp += 1
  }

  #stamp(): number {
    const now = this.#clock.now()
    if (now > this.#lastStamp) return now
    this.counts.pushedStamps++
    return this.#lastStamp + 1
  }

  #feed(type: EntryType, source: number, bytes: Uint8Array): void {
    const { ctl } = this.#core.memory
    if (bytes.length > (ctl[CtlLayout.inFree] as number)) this.#rotate(bytes.length)
    this.#core.memory.in.set(bytes, ctl[CtlLayout.inOffset])
    ctl[CtlLayout.inType] = type
    ctl[CtlLayout.inSource] = source
    ctl[CtlLayout.inLength] = bytes.length
    ctl[CtlLayout.stamp] = this.#lastStamp
    this.counts.inputs++
    this.#drain(this.#core.feed())
  }

  /**
   * The next segment. Where the disk is full, the session stops in good order in the segment that was
   * kept for this; the input in hand is the first that is not in the journal.
   */
  #rotate(payloadBytes: number): void {
    try {
      this.#core.rotate(payloadBytes)
    } catch (error) {
      this.#failed = error
      if (error instanceof TickwrightError && error.code === 'E_DISK_FULL') {
        this.#core.useReserve()
        this.#stop()
      }
      throw error
    }
    const free = this.#core.memory.ctl[CtlLayout.inFree] as number
    if (payloadBytes <= free) return
    throw new TickwrightError(
      'E_INPUT_SIZE',
      `an input of ${payloadBytes} bytes, a fresh journal segment takes ${free}`,
      { hint: 'use larger journal segments' },
    )
  }

  #drain(code: number): void {
    try {
      drain(this.#core, this.#engine.step, this.#serve, code)
    } catch (error) {
      this.#failed = error
      throw error
    }
  }

  #serveCode(code: number): number {
    if (code === Code.Fault) throw this.#core.fault()
    throw new TickwrightError('E_INVARIANT', `code ${code} is not one of a live session`)
  }
}
