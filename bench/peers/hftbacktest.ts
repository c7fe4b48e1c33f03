import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import type { Contender, Sample } from '../harness.js'
import { usdmPath } from '../sources/recording.js'
import type { ReportBuilder, SuiteContext } from '../suite.js'

const NAME = 'hftbacktest'
const script = fileURLToPath(new URL('../../../bench/peers/hbt_peer.py', import.meta.url))

/** hftbacktest in a Python process that stays, so that its compiled code is warm: `bench/peers/README.md`. */
export class Hftbacktest {
  readonly version: string
  readonly #child: ChildProcessByStdio<Writable, Readable, null>
  readonly #lines: AsyncIterator<string>

  private constructor(
    version: string,
    child: ChildProcessByStdio<Writable, Readable, null>,
    lines: AsyncIterator<string>,
  ) {
    this.version = version
    this.#child = child
    this.#lines = lines
  }

  /** Starts it where a Python was named that has it; else the report says why it was skipped. */
  static async start(
    context: SuiteContext,
    report: ReportBuilder,
  ): Promise<Hftbacktest | undefined> {
    const python = process.env['TICKWRIGHT_PEERS_PYTHON']
    const { recordings } = context
    if (python === undefined || !existsSync(python)) {
      report.skip(NAME, 'TICKWRIGHT_PEERS_PYTHON names no Python that has it')
      return undefined
    }
    if (recordings === undefined) {
      report.skip(NAME, 'no recordings')
      return undefined
    }
    const args = [script, usdmPath(recordings)]
    const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'ignore'] })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    context.say('  hftbacktest compiles')
    const first = await lines.next()
    if (first.done === true) {
      report.skip(NAME, `${python} ended: it has no hftbacktest, or another version`)
      return undefined
    }
    const { version } = JSON.parse(first.value) as { version: string }
    return new Hftbacktest(version, child, lines)
  }

  /** A contender whose clock is its own: only its work is timed, not the pipe. */
  contender(command: 'convert' | 'replay', unit: string, units: number): Contender {
    const sample = async (): Promise<Sample> => {
      this.#child.stdin.write(`${command}\n`)
      const line = await this.#lines.next()
      if (line.done === true) throw new Error(`${NAME} ended during ${command}`)
      return JSON.parse(line.value) as Sample
    }
    return { name: `${NAME} ${this.version}`, unit, units, sample }
  }

  async end(): Promise<void> {
    this.#child.stdin.end()
    if (this.#child.exitCode === null) await once(this.#child, 'exit')
  }
}
