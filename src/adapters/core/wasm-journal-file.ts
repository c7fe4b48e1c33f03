import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { TickwrightError } from '../../errors/tickwright-error.js'
import type { JournalRequest } from '../../ports/core.js'

/** Bytes of a segment's header page. */
const HEADER = 4_096

/**
 * The journal's files where nothing can be mapped: each call's new bytes are written by call, about 2 µs
 * a frame. Process death loses nothing that a finished call has appended.
 */
export class WasmJournalFile {
  readonly #request: JournalRequest
  readonly #segment: () => Uint8Array
  #fd: number
  #index = 0
  #written = 0

  /** `segment`: the memory of the current segment, wherever it lies now. */
  constructor(request: JournalRequest, segment: () => Uint8Array) {
    this.#request = request
    this.#segment = segment
    this.#create()
    this.#fd = this.#open()
  }

  #create(): void {
    const { path, manifest } = this.#request
    try {
      mkdirSync(path, { recursive: true })
      writeFileSync(join(path, 'manifest.json'), manifest, { flag: 'wx' })
    } catch (error) {
      throw new TickwrightError('E_JOURNAL_EXISTS', 'cannot create the journal', {
        at: path,
        cause: error,
        category: 'usage',
        hint: 'give a path that does not exist yet',
      })
    }
  }

  #open(): number {
    const name = `${String(this.#index).padStart(6, '0')}.twj`
    const fd = openSync(join(this.#request.path, name), 'wx')
    ftruncateSync(fd, this.#request.segmentBytes)
    return fd
  }

  /** Writes what was appended up to `position`. */
  write(position: number): void {
    if (position <= this.#written) return
    // The 8 zero bytes behind the last entry end the segment for a reader that follows.
    writeAll(this.#fd, this.#segment().subarray(this.#written, position), this.#written)
    this.#written = position
  }

  sync(): void {
    fdatasyncSync(this.#fd)
  }

  /** The segment was closed in memory: header and end follow, the file is cut to what it keeps. */
  closeSegment(kept: number): void {
    const segment = this.#segment()
    writeAll(this.#fd, segment.subarray(this.#written, kept), this.#written)
    writeAll(this.#fd, segment.subarray(0, HEADER), 0)
    ftruncateSync(this.#fd, kept)
    if (this.#request.durability === 'power') fdatasyncSync(this.#fd)
    closeSync(this.#fd)
  }

  /** Goes on in the next file. */
  next(position: number): void {
    this.#index++
    this.#written = 0
    this.#fd = this.#open()
    this.write(position)
  }
}

function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  let done = 0
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
}
