import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { TickwrightError } from '../../errors/tickwright-error.js'
import type { JournalRequest } from '../../ports/core.js'

/** Bytes of a segment's header page. */
const HEADER = 4_096

/** What closing a segment has left to be written. */
interface Closing {
  readonly header: Uint8Array
  /** Bytes from where the file was written to, up to what is kept. */
  readonly tail: Uint8Array
  readonly kept: number
}

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

  /** `segment`: the memory of the current segment, wherever it lies now; it is written up to `position`. */
  constructor(request: JournalRequest, segment: () => Uint8Array, position: number) {
    this.#request = request
    this.#segment = segment
    this.#create()
    this.#fd = this.#open(position)
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

  /** The name comes last: a segment that has one has its header. */
  #open(position: number): number {
    const { path, segmentBytes } = this.#request
    const draft = join(path, 'next.twj')
    const fd = openSync(draft, 'w')
    ftruncateSync(fd, segmentBytes)
    writeAll(fd, this.#segment().subarray(0, position), 0)
    this.#written = position
    renameSync(draft, join(path, `${String(this.#index).padStart(6, '0')}.twj`))
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

  /** The segment was closed in memory: takes what is to follow, before that memory is used again. */
  closing(kept: number): Closing {
    const segment = this.#segment()
    return { header: segment.slice(0, HEADER), tail: segment.slice(this.#written, kept), kept }
  }

  /** Header and end follow, the file is cut to what it keeps. */
  end(closing: Closing): void {
    finish(this.#fd, this.#written, closing, this.#request.durability === 'power')
  }

  /**
   * Goes on in the next file, which has its name before its predecessor is closed: a segment that says
   * "closed, more follows" always has a successor.
   */
  next(closing: Closing, position: number): void {
    const [fd, written] = [this.#fd, this.#written]
    this.#index++
    this.#fd = this.#open(position)
    finish(fd, written, closing, this.#request.durability === 'power')
  }
}

function finish(fd: number, written: number, { header, tail, kept }: Closing, sync: boolean): void {
  writeAll(fd, tail, written)
  writeAll(fd, header, 0)
  ftruncateSync(fd, kept)
  if (sync) fdatasyncSync(fd)
  closeSync(fd)
}

function writeAll(fd: number, bytes: Uint8Array, at: number): void {
  let done = 0
  while (done < bytes.length) done += writeSync(fd, bytes, done, bytes.length - done, at + done)
}
