// Import directions: docs/architecture.md. Dependencies point inward, and only `runtime` imports adapters.
import { posix } from 'node:path'
import ts from 'typescript'
import { type Finding, isTest, type SourceFile } from './source-files.js'

interface Import {
  readonly specifier: string
  readonly line: number
  readonly isTypeOnly: boolean
  readonly isDynamic: boolean
}

/** What each layer may import besides itself. A folder that is not here has no place in the design. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  errors: ['domain'],
  protocol: ['domain', 'errors'],
  ports: ['domain', 'protocol', 'errors'],
  engine: ['domain', 'ports', 'protocol', 'errors'],
  strategies: ['engine', 'domain', 'index'],
  adapters: ['domain', 'ports', 'protocol', 'errors'],
  config: ['domain', 'errors'],
  telemetry: ['domain', 'ports', 'protocol', 'errors'],
  // The loader hands strategies the public barrel.
  runtime: [
    ...['domain', 'engine', 'strategies', 'ports', 'protocol', 'adapters'],
    ...['config', 'errors', 'telemetry', 'index'],
  ],
  research: ['domain', 'engine', 'ports', 'protocol', 'config', 'errors', 'runtime'],
  report: ['domain', 'protocol', 'errors'],
  dashboard: ['domain', 'ports', 'protocol', 'errors', 'telemetry'],
  replay: [
    ...['domain', 'engine', 'strategies', 'ports', 'protocol', 'config', 'errors'],
    ...['telemetry', 'runtime', 'report'],
  ],
  // The command line wires commands to both drivers; nothing else in src knows replay.
  cli: [
    ...['domain', 'engine', 'strategies', 'ports', 'protocol', 'config', 'errors', 'telemetry'],
    ...['runtime', 'research', 'report', 'dashboard', 'replay', 'index', 'bench'],
  ],
  index: ['domain', 'engine', 'errors', 'protocol'],
  examples: ['index'],
}

/** Layers that import no package and no part of Node. */
const PURE = new Set(['domain', 'engine', 'strategies', 'errors', 'ports', 'protocol'])
const PURE_MAY: Readonly<Record<string, readonly string[]>> = {
  strategies: ['tickwright'],
}
/** Driven from outside: they may import whatever they measure or test. */
const FREE = new Set(['bench', 'test'])

/** Every import, re-export and dynamic import of a file, and every worker's URL. */
export function importsOf({ path, text }: SourceFile): Import[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true)
  const out: Import[] = []
  const add = (node: ts.Node | undefined, isTypeOnly: boolean, isDynamic: boolean): void => {
    if (!node || !ts.isStringLiteralLike(node)) return
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1
    out.push({ specifier: node.text, line, isTypeOnly, isDynamic })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node), false)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly, false)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true, false)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false, true)
    } else if (ts.isNewExpression(node) && node.expression.getText(source) === 'URL') {
      if (node.arguments?.[1]?.getText(source) === 'import.meta.url')
        add(node.arguments[0], false, true)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return out
}

const isTypeImport = ({ importClause }: ts.ImportDeclaration): boolean =>
  importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword

/** The checkout's path of a relative import, with `.js` read as `.ts`. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  return posix.normalize(posix.join(posix.dirname(from), specifier)).replace(/\.js$/, '.ts')
}

export function layerOf(path: string): string {
  const [first = '', second = ''] = path.split('/')
  if (first !== 'src') return first
  return second.replace(/\.ts$/, '')
}

/** Adapters do not know each other: one folder is one adapter, under `venues/` one venue. */
function adapterOf(path: string): string {
  const parts = path.split('/').slice(2)
  return parts[0] === 'venues' ? parts.slice(0, 2).join('/') : (parts[0] ?? '')
}

/** Every import that points the wrong way. */
export function checkImports(files: readonly SourceFile[]): Finding[] {
  return files
    .filter(({ path }) => !isTest(path) && !FREE.has(layerOf(path)))
    .flatMap((file) =>
      importsOf(file).flatMap((found) => {
        const message = refusal(file.path, found)
        const { line, specifier } = found
        return message
          ? [{ path: file.path, line, key: `${file.path} -> ${specifier}`, message }]
          : []
      }),
    )
}

function refusal(path: string, { specifier, isTypeOnly, isDynamic }: Import): string | undefined {
  const layer = layerOf(path)
  const allowed = ALLOWED[layer]
  if (!allowed) return `no rule for the folder of this file: "${layer}" is not part of the layout`
  const target = resolveImport(path, specifier)
  if (target === undefined) return refusedPackage(layer, specifier, isTypeOnly || isDynamic)
  const targetLayer = layerOf(target)
  if (targetLayer === layer) {
    if (layer !== 'adapters' || isShared(path, target)) return undefined
    return `imports "${specifier}": adapters do not know each other`
  }
  if (allowed.includes(targetLayer)) return undefined
  return `imports "${specifier}": ${layer} may import ${allowed.join(', ') || 'nothing'}, not ${targetLayer}`
}

const isShared = (path: string, target: string): boolean =>
  adapterOf(path) === adapterOf(target) || adapterOf(target) === 'venues/common'

function refusedPackage(layer: string, specifier: string, isLazy: boolean): string | undefined {
  if (PURE.has(layer) && !PURE_MAY[layer]?.includes(specifier)) {
    return `imports "${specifier}": ${layer} imports no package and no part of Node`
  }
  if (specifier === 'typescript' && !isLazy) {
    return 'imports "typescript" at start-up: it takes 0.3 s and only a .ts strategy needs it'
  }
  return undefined
}
