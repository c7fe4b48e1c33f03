import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { CoreModule } from '../../src/ports/core.js'
import type { SuiteContext } from '../suite.js'
import { usdmPath } from './recording.js'

export interface TapeChoice {
  readonly codec: 'none' | 'delta' | 'delta+zstd'
  readonly quotes: boolean
}

/** The USD-M recording as a tape in the run's folder; a generated market where there is no recording. */
export function benchTape(
  context: SuiteContext,
  choice: TapeChoice,
): { path: string; name: string } {
  const { recordings, scratch, quick } = context
  const core = context.load('auto')
  const path = join(scratch, `${choice.codec}-${choice.quotes}.tape`)
  if (recordings === undefined) {
    writeFileSync(path, generatedTape(core, quick ? 60 : 345, choice.codec))
    return { path, name: 'a generated market' }
  }
  const text = gunzipSync(readFileSync(usdmPath(recordings)))
  writeFileSync(path, importedTape(core, text, choice))
  return {
    path,
    name: `the USD-M recording, codec ${choice.codec}${choice.quotes ? '' : ', no quotes'}`,
  }
}

/** Survey and import of text that is in memory, in pieces of a mebibyte. */
export function importedTape(core: CoreModule, text: Uint8Array, choice: TapeChoice): Buffer {
  const tool = core.openTool('import', { codec: choice.codec, noQuotes: !choice.quotes })
  tool.call('begin', { name: 'recording' })
  tool.call('chunk', {}, text.subarray(0, 2 << 20))
  tool.call('plan')
  tool.call('import', { origins: [] })
  const out: Uint8Array[] = []
  tool.call('begin', { name: 'recording' })
  for (let at = 0; at < text.length; at += 1 << 20) {
    out.push(tool.call('chunk', {}, text.subarray(at, at + (1 << 20))).bytes)
  }
  out.push(tool.call('end', { name: 'recording', sha256: '', bytes: text.length }).bytes)
  out.push(tool.call('finish').bytes)
  tool.close()
  return Buffer.concat(out)
}

export function generatedTape(core: CoreModule, seconds: number, codec: string): Buffer {
  const tool = core.openTool('generate', { seed: 1, seconds, codec })
  const out: Uint8Array[] = []
  for (let done = false; !done; ) {
    const { result, bytes } = tool.call<{ done: object | null }>('tape')
    out.push(bytes)
    done = result.done !== null
  }
  tool.close()
  return Buffer.concat(out)
}
