// The tail is capped: a function that does not fit a screen is two functions, a file that needs a table of
// contents is two files.
import ts from 'typescript'
import { rustCode, rustFunctions } from './rust.js'
import { type Finding, isGenerated, isTest, type SourceFile } from './source-files.js'

export const FUNCTION_LINES_MAX = 70
export const FILE_LINES_MAX = 400
export const TEST_FILE_LINES_MAX = 800

interface Measured {
  readonly path: string
  readonly name: string
  readonly line: number
  readonly lines: number
}

/** Every function of a file, longest first within nothing: in order of appearance. */
export function functionsOf({ path, text }: SourceFile): Measured[] {
  if (path.endsWith('.rs')) return rustFunctions(text).map((found) => ({ path, ...found }))
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  const lineOf = (position: number): number =>
    source.getLineAndCharacterOfPosition(position).line + 1
  const out: Measured[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body && !isSuite(node)) {
      const line = lineOf(node.getStart())
      out.push({ path, name: nameOf(node), line, lines: lineOf(node.end) - line + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return out
}

/** `describe(…, () => { … })` is a chapter of tests, not a function. */
function isSuite({ parent }: ts.Node): boolean {
  return ts.isCallExpression(parent) && /^describe\b/.test(parent.expression.getText())
}

function nameOf(node: ts.SignatureDeclaration): string {
  if (node.name) return node.name.getText()
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  const { parent } = node
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent))
    return parent.name.getText()
  return 'anonymous'
}

export function checkFunctionLengths(files: readonly SourceFile[]): Finding[] {
  return measured(files)
    .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
    .map(({ path, name, line, lines }) => ({
      path,
      line,
      key: `${path}#${name}`,
      message: `function ${name} has ${lines} lines, at most ${FUNCTION_LINES_MAX}`,
    }))
}

/** Lines of a file; in Rust without the tests inside it, which have the limit of test files. */
export function fileLines({ path, text }: SourceFile): number {
  const all = text.trimEnd().split('\n').length
  if (!path.endsWith('.rs') || isTest(path) || all > TEST_FILE_LINES_MAX) return all
  return rustCode(text).trimEnd().split('\n').length
}

export function checkFileLengths(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path }) => !isGenerated(path))
    .flatMap((file) => {
      const lines = fileLines(file)
      const most = isTest(file.path) ? TEST_FILE_LINES_MAX : FILE_LINES_MAX
      if (lines <= most) return []
      const message = `${lines} lines, at most ${most}`
      return [{ path: file.path, line: 1, key: file.path, message }]
    })
}

/** One line for a person: the longest function and file and how far they are from the limit. */
export function lengthReport(files: readonly SourceFile[]): string {
  const functions = measured(files).sort((a, b) => b.lines - a.lines)
  const byLength = files
    .filter(({ path }) => !isGenerated(path) && !isTest(path))
    .map((file) => ({ path: file.path, lines: fileLines(file) }))
    .sort((a, b) => b.lines - a.lines)
  const longest = functions.slice(0, 3).map(({ path, name, lines }) => `${path}#${name} ${lines}`)
  const files3 = byLength.slice(0, 3).map(({ path, lines }) => `${path} ${lines}`)
  const median = functions[Math.floor(functions.length / 2)]?.lines ?? 0
  return `functions: median ${median}, longest ${longest.join(', ')}; files: longest ${files3.join(', ')}`
}

const measured = (files: readonly SourceFile[]): Measured[] =>
  files.filter(({ path }) => !isGenerated(path)).flatMap(functionsOf)
