import { fail } from '../errors/tickwright-error.js'
import { COMMAND_HEADER_SIZE, Command, CommandHeaderLayout as Header } from '../protocol/layout.js'

const ALIGNMENT = 8
const NO_PAYLOAD = new Uint8Array(0)

/** Writes the commands of one step into `CMD`, one behind the other. Allocates nothing. */
export class CommandWriter {
  readonly #bytes: Uint8Array
  readonly #data: DataView
  #at = 0
  #count = 0
  #strategy = 0
  #causeSeq = 0

  constructor(cmd: Uint8Array) {
    this.#bytes = cmd
    this.#data = new DataView(cmd.buffer, cmd.byteOffset, cmd.byteLength)
  }

  /** Commands since `begin`. */
  get count(): number {
    return this.#count
  }

  /** Starts a step: forgets the last one's commands, which the core has taken. */
  begin(causeSeq: number): void {
    this.#at = 0
    this.#count = 0
    this.#causeSeq = causeSeq
  }

  /** Names the strategy whose commands follow. */
  from(strategy: number): void {
    this.#strategy = strategy
  }

  /** `count` of the three values are meant. */
  note(label: Uint8Array, a: number, b: number, c: number, count: number): void {
    const at = this.#open(Command.Note, label)
    this.#values(at, a, b, c, count)
  }

  /** `delayNs` counts from engine time; `periodNs` 0: once. */
  timer(timer: number, delayNs: number, periodNs: number): void {
    const at = this.#open(Command.Timer, NO_PAYLOAD)
    this.#values(at, timer, delayNs, periodNs, 3)
  }

  timerClear(timer: number): void {
    const at = this.#open(Command.TimerClear, NO_PAYLOAD)
    this.#values(at, timer, 0, 0, 1)
  }

  /** Header and payload of a record; returns where it starts. */
  #open(kind: Command, payload: Uint8Array): number {
    const at = this.#at
    const end = at + COMMAND_HEADER_SIZE + padded(payload.length)
    if (end > this.#bytes.length) this.#full(end)
    this.#data.setUint32(at + Header.kind, kind, true)
    this.#data.setUint32(at + Header.strategy, this.#strategy, true)
    this.#data.setFloat64(at + Header.causeSeq, this.#causeSeq, true)
    this.#data.setUint32(at + Header.payload, payload.length, true)
    this.#data.setUint32(at + Header.reserved, 0, true)
    if (payload.length > 0) {
      this.#bytes.fill(0, end - ALIGNMENT, end)
      this.#bytes.set(payload, at + COMMAND_HEADER_SIZE)
    }
    this.#at = end
    this.#count += 1
    return at
  }

  #values(at: number, a: number, b: number, c: number, d: number): void {
    this.#data.setFloat64(at + Header.a, canonical(a), true)
    this.#data.setFloat64(at + Header.b, canonical(b), true)
    this.#data.setFloat64(at + Header.c, canonical(c), true)
    this.#data.setFloat64(at + Header.d, d, true)
  }

  #full(wanted: number): never {
    const command = `command ${this.#count + 1} of this step`
    throw fail(
      'E_COMMANDS_FULL',
      `${command} needs ${wanted} bytes, there are ${this.#bytes.length}`,
    )
  }
}

/** NaN in one form, so that equal commands have equal bytes. */
function canonical(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value
}

function padded(length: number): number {
  return (length + ALIGNMENT - 1) & -ALIGNMENT
}
