// The determinism contract in TypeScript: docs/determinism.md. Read from the syntax tree, so that comments,
// texts and property names do not count.
import ts from 'typescript'
import { type Finding, isTest, type SourceFile } from './source-files.js'

export const DETERMINISTIC = ['src/domain', 'src/engine', 'src/strategies']

const MARKER = /\/\/ determinism-ok: (.*)$/

const GLOBALS: Readonly<Record<string, string>> = {
  Date: 'time is an input',
  performance: 'time is an input',
  Intl: 'depends on the machine',
  setTimeout: "timers are the core's",
  setInterval: "timers are the core's",
  setImmediate: "timers are the core's",
  queueMicrotask: 'nothing is put off',
  process: 'depends on the machine',
  console: 'what is decided goes into the journal',
  fetch: 'no socket',
  WebSocket: 'no socket',
  crypto: 'randomness is seeded',
  globalThis: 'reaches everything that is banned',
  eval: 'code that no test reads',
  Function: 'code that no test reads',
  WeakRef: 'depends on the garbage collector',
  FinalizationRegistry: 'depends on the garbage collector',
}

/** Exact by IEEE 754 or on integers; everything else of Math is the platform's. */
const EXACT_MATH = new Set([
  ...['abs', 'ceil', 'clz32', 'floor', 'fround', 'imul', 'max', 'min', 'round', 'sign', 'sqrt'],
  ...['trunc', 'E', 'LN10', 'LN2', 'LOG10E', 'LOG2E', 'PI', 'SQRT1_2', 'SQRT2'],
])

/** Every use of something that could make two runs differ, and every marker that excuses nothing. */
export function checkDeterminism(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path }) => !isTest(path) && DETERMINISTIC.some((f) => path.startsWith(`${f}/`)))
    .flatMap(checkFile)
}

function checkFile({ path, text }: SourceFile): Finding[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  const lines = text.split('\n')
  const used = new Set<number>()
  const out: Finding[] = []
  const visit = (node: ts.Node): void => {
    const message = banned(node, source)
    if (message) {
      const index = source.getLineAndCharacterOfPosition(node.getStart()).line
      const marker = [index, index - 1].find((at) => MARKER.test(lines[at] ?? ''))
      if (marker === undefined) out.push({ path, line: index + 1, key: path, message })
      else used.add(marker)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return [...out, ...idleMarkers(path, lines, used)]
}

function idleMarkers(path: string, lines: readonly string[], used: ReadonlySet<number>): Finding[] {
  return lines.flatMap((text, index) => {
    const reason = MARKER.exec(text)?.[1]
    if (reason === undefined) return []
    const at = { path, line: index + 1, key: path }
    if (reason.trim() === '') return [{ ...at, message: 'determinism-ok without a reason' }]
    return used.has(index) ? [] : [{ ...at, message: 'determinism-ok excuses nothing here' }]
  })
}

function banned(node: ts.Node, source: ts.SourceFile): string | undefined {
  if (ts.isAwaitExpression(node)) return 'await: the engine waits for nothing'
  if (ts.isForOfStatement(node) && node.awaitModifier)
    return 'for await: the engine waits for nothing'
  if (node.kind === ts.SyntaxKind.AsyncKeyword) return 'async: the engine waits for nothing'
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return 'import(): the engine loads nothing'
  }
  if (ts.isBinaryExpression(node) && isPower(node.operatorToken.kind)) {
    return "**: the platform's pow; multiply, or use the core's math"
  }
  if (ts.isPropertyAccessExpression(node)) return bannedProperty(node)
  if (ts.isIdentifier(node)) return bannedName(node, source)
  return undefined
}

const isPower = (kind: ts.SyntaxKind): boolean =>
  kind === ts.SyntaxKind.AsteriskAsteriskToken || kind === ts.SyntaxKind.AsteriskAsteriskEqualsToken

function bannedProperty({ name }: ts.PropertyAccessExpression): string | undefined {
  if (!/^(toLocale\w*|localeCompare)$/.test(name.text)) return undefined
  return `${name.text}: depends on the machine's language`
}

function bannedName(node: ts.Identifier, source: ts.SourceFile): string | undefined {
  if (isMemberName(node)) return undefined
  if (node.text === 'Math') return bannedMath(node)
  const why = Object.hasOwn(GLOBALS, node.text) ? GLOBALS[node.text] : undefined
  return why && `${node.parent.getText(source).split('\n')[0]}: ${why}`
}

function bannedMath(node: ts.Identifier): string | undefined {
  const { parent } = node
  if (!ts.isPropertyAccessExpression(parent))
    return 'Math as a value: name the function that is used'
  const { text } = parent.name
  return EXACT_MATH.has(text) ? undefined : `Math.${text}: the platform's; use the core's math`
}

/** A name that stands for a member, not for the global: `a.Date`, `{ Date: 1 }`, a field, a method. */
function isMemberName(node: ts.Identifier): boolean {
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node
  if (ts.isQualifiedName(parent)) return parent.right === node
  const named =
    ts.isPropertyAssignment(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isGetAccessorDeclaration(parent) ||
    ts.isEnumMember(parent)
  return named && parent.name === node
}
