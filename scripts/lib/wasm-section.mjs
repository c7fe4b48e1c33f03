// Custom sections of a WebAssembly module: reading one, and setting one at the end.
// Format: WebAssembly core specification, section 5.5.3. Plain Node, no packages.

const HEADER_BYTES = 8
const CUSTOM = 0

/** Content of the first custom section of that name, or undefined. */
export function readSection(module, name) {
  for (const section of sections(module)) if (section.name === name) return section.content
  return undefined
}

/** The module without its custom sections of that name, and with one such section at its end. */
export function setSection(module, name, content) {
  const kept = [module.subarray(0, HEADER_BYTES)]
  for (const section of sections(module)) {
    if (section.name !== name) kept.push(module.subarray(section.start, section.end))
  }
  const label = Buffer.from(name)
  const body = Buffer.concat([unsigned(label.length), label, content])
  return Buffer.concat([...kept, Buffer.from([CUSTOM]), unsigned(body.length), body])
}

function* sections(module) {
  if (module.subarray(0, 4).toString('latin1') !== '\0asm')
    throw new Error('not a WebAssembly module')
  for (let start = HEADER_BYTES; start < module.length; ) {
    const id = module[start]
    const size = readUnsigned(module, start + 1)
    const end = size.next + size.value
    if (end > module.length) throw new Error(`section at byte ${start} ends beyond the module`)
    yield { start, end, ...(id === CUSTOM && custom(module, size.next, end)) }
    start = end
  }
}

function custom(module, at, end) {
  const { value, next } = readUnsigned(module, at)
  const name = module.subarray(next, next + value).toString('utf8')
  return { name, content: module.subarray(next + value, end) }
}

function unsigned(value) {
  const out = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...out, rest])
    out.push((rest & 0x7f) | 0x80)
  }
}

/** LEB128 of at most 32 bits. */
function readUnsigned(bytes, start) {
  let value = 0
  for (let index = 0; index < 5; index++) {
    const byte = bytes[start + index]
    if (byte === undefined) break
    value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: start + index + 1 }
  }
  throw new Error(`number at byte ${start} does not end`)
}
