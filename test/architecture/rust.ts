// The determinism contract in Rust, and the shape of Rust files. clippy.toml bans calls by type; this
// finds what clippy cannot: types that are only named, imports, and the missing `forbid(unsafe_code)`.
import { type Finding, isTest, type SourceFile } from './source-files.js'

const MARKER = /\/\/ determinism-ok: \S/

const BANNED: readonly (readonly [RegExp, string])[] = [
  [/\bHash(Map|Set)\b|\bRandomState\b/, 'its order is not defined; use BTreeMap or a Vec'],
  [/\bstd::time\b|\bSystemTime\b|\bInstant\b/, 'time is an input'],
  [/\brand::|\bgetrandom\b|\bthread_rng\b/, 'randomness is seeded'],
  [/\bstd::(net|thread|process|env)\b/, 'the core knows no machine'],
  [
    /(\.|\bf64::|\bf32::)(exp|exp2|exp_m1|ln|ln_1p|log|log2|log10|pow[fi]|cbrt|hypot|mul_add)\s*(\(|\b)/,
    "the platform's; use the libm crate",
  ],
  [
    /(\.|\bf64::|\bf32::)(sin|cos|tan|asin|acos|atan|atan2|sinh|cosh|tanh|sin_cos)\s*(\(|\b)/,
    "the platform's; use the libm crate",
  ],
]
const ENGINE_ONLY: readonly (readonly [RegExp, string])[] = [
  [/\bstd::(fs|io)\b/, 'the engine takes slices'],
]

/**
 * The text with comments, texts and (from `#[cfg(test)] mod` on) inline tests blanked out; lines keep
 * their numbers and braces in code stay.
 */
export function rustCode(text: string): string {
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|b?r(#*)"[\s\S]*?"\1|b?"(?:\\[\s\S]|[^"\\])*"|b?'(?:\\(?:u\{[^}]*\}|x..|.)|[^'\\\n])'/g
  const blanked = text.replace(token, (found) => found.replace(/[^\n]/g, ' '))
  return withoutInlineTests(blanked)
}

function withoutInlineTests(code: string): string {
  const start = code.search(/#\[cfg\(test\)\]\s*(pub(\([a-z]+\))? )?mod \w+\s*\{/)
  if (start < 0) return code
  const end = closingBrace(code, code.indexOf('{', start))
  const inside = code.slice(start, end).replace(/[^\n]/g, ' ')
  return code.slice(0, start) + inside + withoutInlineTests(code.slice(end))
}

/** Index after the brace that closes the one at `open`. */
function closingBrace(code: string, open: number): number {
  let depth = 0
  for (let at = open; at < code.length; at++) {
    if (code[at] === '{') depth++
    if (code[at] === '}' && --depth === 0) return at + 1
  }
  return code.length
}

const inEngine = (path: string): boolean => path.startsWith('native/engine/src/')
const inWorld = (path: string): boolean => path.startsWith('native/world/src/')

/** Uses of clocks, randomness, unordered maps and platform mathematics in engine and world. */
export function checkRustDeterminism(files: readonly SourceFile[]): Finding[] {
  const watched = files.filter(({ path }) => (inEngine(path) || inWorld(path)) && !isTest(path))
  return watched.flatMap(({ path, text }) => {
    const original = text.split('\n')
    const rules = inEngine(path) ? [...BANNED, ...ENGINE_ONLY] : BANNED
    return rustCode(text)
      .split('\n')
      .flatMap((line, index) => {
        if (MARKER.test(original[index] ?? '') || MARKER.test(original[index - 1] ?? '')) return []
        return rules.flatMap(([pattern, why]) => {
          const found = pattern.exec(line)?.[0]
          return found ? [{ path, line: index + 1, key: path, message: `${found}: ${why}` }] : []
        })
      })
  })
}

/** Crates whose library must forbid unsafe code. */
export function checkForbidUnsafe(files: readonly SourceFile[]): Finding[] {
  return ['native/engine/src/lib.rs', 'native/world/src/lib.rs'].flatMap((path) => {
    const text = files.find((file) => file.path === path)?.text ?? ''
    if (/^#!\[forbid\([^)]*\bunsafe_code\b[^)]*\)\]/m.test(text)) return []
    return [{ path, line: 1, key: path, message: 'lacks #![forbid(unsafe_code)]' }]
  })
}

/** Every function with a body: its name, first line and length in lines. */
export function rustFunctions(text: string): { name: string; line: number; lines: number }[] {
  const code = rustCode(text)
  const out: { name: string; line: number; lines: number }[] = []
  for (const found of code.matchAll(/\bfn (\w+)/g)) {
    const body = bodyStart(code, found.index)
    if (body === undefined) continue
    const end = closingBrace(code, body)
    const line = code.slice(0, found.index).split('\n').length
    const lines = code.slice(found.index, end).split('\n').length
    out.push({ name: found[1] ?? '', line, lines })
  }
  return out
}

/** The brace that opens a function's body; undefined for a declaration that ends in a semicolon. */
function bodyStart(code: string, from: number): number | undefined {
  let depth = 0
  for (let at = from; at < code.length; at++) {
    const c = code[at]
    if (c === '(' || c === '[') depth++
    else if (c === ')' || c === ']') depth--
    else if (depth === 0 && c === '{') return at
    else if (depth === 0 && c === ';') return undefined
  }
  return undefined
}
