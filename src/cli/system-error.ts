// Errors of the operating system as errors of ours.
import { TickwrightError } from '../errors/tickwright-error.js'

/** Whether the system refused a call: no such file, no permission, a full disk. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string'

/** A file that cannot be opened, read or written, where nobody nearer had more to say. */
export function systemError(error: NodeJS.ErrnoException): TickwrightError {
  const at = error.path ?? ''
  if (error.code === 'ENOSPC') {
    return new TickwrightError('E_DISK_FULL', error.message, {
      at,
      hint: 'free some space and try again',
      cause: error,
    })
  }
  return new TickwrightError('E_IO', error.message, {
    at,
    hint: 'check the path, and that it may be read and written',
    cause: error,
  })
}
