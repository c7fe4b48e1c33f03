import {
  closeSync,
  existsSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { TickwrightError } from '../errors/tickwright-error.js'

/** A file that appears under its name when it is whole, and leaves nothing when it is not. */
export class OutputFile {
  readonly path: string
  /** Where it is written until it is whole. */
  readonly draft: string
  readonly #fd: number
  readonly #onExit = () => this.abandon()
  #open = true
  #length = 0

  constructor(path: string) {
    this.path = path
    this.draft = `${path}.tmp`
    try {
      this.#fd = openSync(this.draft, 'w')
    } catch (error) {
      throw new TickwrightError('E_IO', `cannot write: ${(error as Error).message}`, {
        at: path,
        category: 'usage',
        hint: 'give a path in a folder that exists and can be written',
        cause: error,
      })
    }
    process.once('exit', this.#onExit)
  }

  write(bytes: Uint8Array): void {
    let done = 0
    while (done < bytes.length) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, this.#length + done)
    }
    this.#length += bytes.length
  }

  /** Forgets what was written. */
  restart(): void {
    ftruncateSync(this.#fd, 0)
    this.#length = 0
  }

  finish(): void {
    this.#close()
    renameSync(this.draft, this.path)
  }

  abandon(): void {
    if (!this.#open) return
    this.#close()
    if (existsSync(this.draft)) rmSync(this.draft)
  }

  #close(): void {
    this.#open = false
    process.removeListener('exit', this.#onExit)
    closeSync(this.#fd)
  }
}
