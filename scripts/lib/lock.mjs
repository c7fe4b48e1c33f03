// One set-up at a time: a lock file that names its owner. Plain Node, no packages.
import {
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A set-up that takes longer than this is taken for dead even where its process id lives on. */
const STALE_MS = 30 * 60_000

/**
 * Runs `work` while this process alone holds `path`. The lock of a process that died is taken over;
 * that of one at work is waited for, and `onWait(pid)` is called once.
 */
export async function withLock(path, work, onWait = () => {}) {
  mkdirSync(dirname(path), { recursive: true })
  for (let waited = false; !tryTake(path); waited = true) {
    const owner = read(path)
    if (owner && isDead(owner)) takeAway(path, owner)
    else {
      if (!waited && owner) onWait(owner.pid)
      await sleep(100)
    }
  }
  const release = () => {
    if (read(path)?.pid === process.pid) unlinkSync(path)
  }
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** The lock appears with its owner's id in it, or not at all: it is written aside and linked into place. */
function tryTake(path) {
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, String(process.pid))
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') throw error
    return false
  } finally {
    unlinkSync(draft)
  }
}

function read(path) {
  try {
    return { pid: Number(readFileSync(path, 'utf8')), since: statSync(path).mtimeMs }
  } catch {
    return undefined
  }
}

function isDead({ pid, since }) {
  if (Date.now() - since > STALE_MS) return true
  try {
    process.kill(pid, 0)
    return false
  } catch (error) {
    return error.code === 'ESRCH'
  }
}

/** Removes a dead owner's lock. A lock that another process took meanwhile is put back. */
function takeAway(path, owner) {
  const aside = `${path}.dead.${process.pid}`
  try {
    renameSync(path, aside)
  } catch {
    return
  }
  if (read(aside)?.pid !== owner.pid) {
    try {
      linkSync(aside, path)
    } catch {
      // A third process holds it by now; the put-back owner finds out at release.
    }
  }
  unlinkSync(aside)
}
