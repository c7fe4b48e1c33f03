import { usage } from './command.js'

/** A time that an option gives, as nanoseconds since 1970: 19 digits, seconds from a tape's beginning, or ISO. */
export function timeOf(option: string, text: string, startNs: string): bigint {
  if (/^\d{19}$/.test(text)) return BigInt(text)
  const seconds = /^\+(\d+(?:\.\d{1,9})?)$/.exec(text)?.[1]
  if (seconds !== undefined) {
    const [whole = '0', part = ''] = seconds.split('.')
    const ns = BigInt(whole) * 1_000_000_000n + BigInt(part.padEnd(9, '0'))
    return BigInt(startNs) + ns
  }
  const iso = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z?$/.exec(text)
  const ms = Date.parse(`${iso?.[1]}Z`)
  if (iso === null || Number.isNaN(ms)) {
    throw usage(
      `--${option} '${text}' is no moment`,
      'an event, an ISO time, 19 digits of ns or +seconds',
    )
  }
  return BigInt(ms) * 1_000_000n + BigInt((iso[2] ?? '').padEnd(9, '0'))
}
