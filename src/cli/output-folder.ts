import { appendFileSync, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TickwrightError } from '../errors/tickwright-error.js'
import { usage } from './command.js'

/** A folder that appears under its name when all its files are whole, and leaves nothing when they are not. */
export class OutputFolder {
  readonly path: string
  readonly #draft: string
  readonly #files = new Set<string>()
  readonly #onExit = () => this.abandon()
  #open = true

  /** Throws where something has the name already. */
  constructor(path: string) {
    this.path = path
    this.#draft = `${path.replace(/[\\/]+$/, '')}.tmp`
    if (existsSync(path)) throw usage(`--out ${path} is there already`, 'give a new name')
    try {
      rmSync(this.#draft, { recursive: true, force: true })
      mkdirSync(this.#draft)
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

  /** Where a file lies until the folder is whole. */
  draft(name: string): string {
    this.#files.add(name)
    return join(this.#draft, name)
  }

  append(name: string, bytes: Uint8Array): void {
    appendFileSync(this.draft(name), bytes)
  }

  /** Names and sizes, by name. */
  files(): { readonly name: string; readonly bytes: number }[] {
    const sized = (name: string) => ({ name, bytes: statSync(join(this.#draft, name)).size })
    return [...this.#files].sort().map(sized)
  }

  finish(): void {
    this.#close()
    renameSync(this.#draft, this.path)
  }

  abandon(): void {
    if (!this.#open) return
    this.#close()
    rmSync(this.#draft, { recursive: true, force: true })
  }

  #close(): void {
    this.#open = false
    process.removeListener('exit', this.#onExit)
  }
}
