import type { Engine } from '../src/engine/engine.js'
import { TickwrightError } from '../src/errors/tickwright-error.js'
import type { CorePort } from '../src/ports/core.js'
import { Code, CtlLayout } from '../src/protocol/layout.js'
import { drain } from '../src/runtime/loop.js'
import { inFile } from './tape-file.js'

/** Where a replay gets the bytes that the core asks for. */
export interface BlockSource {
  /** The file or directory, for messages. */
  readonly path: string
  /** Makes block (of a tape) or segment (of a journal) `index` present in the core's window. */
  supply(index: number): void | Promise<void>
}

export interface ReplayHooks {
  /** Called at each CHECKPOINT with the document. */
  readonly onCheckpoint?: (document: Uint8Array) => void
  /** Called each time that a block is needed, with events so far. */
  readonly onProgress?: (events: number) => void | Promise<void>
  /** Called where a strategy threw in the replay at the very input at which it ended the session. */
  readonly onReproduced?: (error: TickwrightError) => void
}

/**
 * The replay driver: lets the world run inside the core until it needs a block or has ended. The engine
 * and its `step` are those of a live session; so is the loop.
 */
export class ReplayDriver {
  readonly #core: CorePort
  readonly #engine: Engine
  readonly #source: BlockSource
  readonly #hooks: ReplayHooks
  readonly #serve: (code: number) => number
  #need = -1
  #ended = false

  constructor(core: CorePort, engine: Engine, source: BlockSource, hooks: ReplayHooks = {}) {
    this.#core = core
    this.#engine = engine
    this.#source = source
    this.#hooks = hooks
    this.#serve = (code) => this.#serveCode(code)
  }

  /** From the start, or from a checkpoint's engine state. */
  async run(restored?: string): Promise<void> {
    if (restored === undefined) {
      this.#engine.start()
      this.#drain(this.#core.resume())
    } else {
      this.#engine.restoreState(restored)
    }
    while (!this.#ended) {
      await this.#needs()
      this.#drain(this.#core.advance())
    }
    this.#engine.stop()
    this.#drain(this.#core.resume())
    this.#core.finish()
  }

  async #needs(): Promise<void> {
    if (this.#need < 0) return
    const index = this.#need
    this.#need = -1
    await this.#hooks.onProgress?.(this.#core.memory.ctl[CtlLayout.events] as number)
    await this.#source.supply(index)
  }

  #drain(code: number): void {
    drain(this.#core, this.#engine.step, this.#serve, code)
  }

  #serveCode(code: number): number {
    switch (code) {
      case Code.Need:
        this.#need = this.#core.memory.ctl[CtlLayout.needBlock] as number
        return Code.Idle
      case Code.End:
        this.#ended = true
        return Code.Idle
      case Code.Checkpoint:
        this.#hooks.onCheckpoint?.(this.#core.save(this.#engine.saveState()))
        return this.#core.resume()
      default:
        throw this.#fault()
    }
  }

  /** An error in the data lies at a byte of the source. */
  #fault(): unknown {
    const error = this.#core.fault()
    const isData = error instanceof TickwrightError && error.category === 'data'
    return isData ? inFile(this.#source.path, error) : error
  }
}
