import type { SuiteContext } from '../suite.js'
import { generatedInputs } from './generated.js'
import type { InputSource } from './inputs.js'
import { usdmInputs } from './recording.js'

let found: { readonly key: string; readonly source: InputSource } | undefined

/** The recording where it is there, else a generated market; read once. */
export function findInputs(context: SuiteContext): InputSource {
  const { recordings, quick } = context
  const key = `${recordings} ${quick}`
  if (found?.key !== key) {
    const source =
      recordings === undefined
        ? generatedInputs(context.load('auto'), quick ? 60 : 345)
        : usdmInputs(recordings)
    found = { key, source }
  }
  return found.source
}
