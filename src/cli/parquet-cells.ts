import type { SchemaElement } from 'hyparquet'

const NS_PER_DAY = 86_400_000_000_000n
const NS_PER: Readonly<Record<string, bigint>> = {
  MILLIS: 1_000_000n,
  MICROS: 1_000n,
  NANOS: 1n,
}

/** How the values of a column are written as text: exactly what is stored. */
export function storedAs(element: SchemaElement): (value: unknown) => string {
  const { type, converted_type: older, logical_type: newer } = element
  if (newer?.type === 'DECIMAL' || older === 'DECIMAL') {
    const scale = (newer?.type === 'DECIMAL' ? newer.scale : element.scale) ?? 0
    return (value) => decimalText(wholeOf(value), scale)
  }
  const unit = timeUnit(element)
  if (unit !== undefined) return (value) => String(wholeOf(value) * unit)
  if (older === 'DATE' || newer?.type === 'DATE')
    return (value) => String(wholeOf(value) * NS_PER_DAY)
  const bits = unsignedBits(element)
  if (bits !== undefined) return (value) => String(BigInt.asUintN(bits, wholeOf(value)))
  if (type === 'FLOAT') return (value) => floatText(Number(value))
  if (type === 'BYTE_ARRAY' || type === 'FIXED_LEN_BYTE_ARRAY') {
    return (value) => Buffer.from(value as Uint8Array).toString('utf8')
  }
  // Whole numbers, doubles (the shortest text that is read as the same one), truth values, INT96 as ns.
  return String
}

function timeUnit({ converted_type: older, logical_type: newer }: SchemaElement) {
  if (newer?.type === 'TIMESTAMP') return NS_PER[newer.unit]
  if (older === 'TIMESTAMP_MILLIS') return NS_PER.MILLIS
  return older === 'TIMESTAMP_MICROS' ? NS_PER.MICROS : undefined
}

function unsignedBits({ converted_type: older, logical_type: newer }: SchemaElement) {
  if (newer?.type === 'INTEGER') return newer.isSigned ? undefined : newer.bitWidth
  const bits = /^UINT_(\d+)$/.exec(older ?? '')?.[1]
  return bits === undefined ? undefined : Number(bits)
}

/** A whole number of any width; bytes are big-endian, in two's complement. */
function wholeOf(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as bigint | number)
  if (value.length === 0) return 0n
  return BigInt.asIntN(8 * value.length, BigInt(`0x${Buffer.from(value).toString('hex')}`))
}

/** -5 at two decimals is "-0.05". */
export function decimalText(mantissa: bigint, scale: number): string {
  if (scale <= 0) return `${mantissa}${mantissa === 0n ? '' : '0'.repeat(-scale)}`
  const sign = mantissa < 0n ? '-' : ''
  const digits = String(mantissa < 0n ? -mantissa : mantissa).padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

/** The shortest text that is read as the same 32-bit float: nine digits always do. */
export function floatText(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = String(Number(value.toPrecision(digits)))
    if (Math.fround(Number(text)) === value) return text
  }
  return String(Number(value.toPrecision(9)))
}
