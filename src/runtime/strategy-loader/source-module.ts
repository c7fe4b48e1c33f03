import { createHash } from 'node:crypto'
import { SourceMap } from 'node:module'
import type ts from 'typescript'
import { findImpurities } from './purity.js'
import type { Violation } from './violation.js'

type TypeScript = typeof ts

/** The name under which a module finds what freezes its constants. */
export const FREEZE = '__tickwrightFreeze'

/** One file of a strategy, parsed and checked, not yet run. */
export interface SourceModule {
  /** Absolute; also the name of the script, so that stack frames carry it. */
  readonly path: string
  /** As messages show it. */
  readonly shown: string
  readonly sha256: string
  readonly imports: readonly ImportOf[]
  readonly syntaxErrors: readonly Violation[]
  readonly impurities: readonly Violation[]
  /** Translates to a script. */
  compile(): CompiledModule
}

export interface ImportOf extends Omit<Violation, 'what'> {
  readonly specifier: string
}

export interface CompiledModule {
  /** Body of a function of `exports`, `require` and `FREEZE`. */
  readonly code: string
  /** From lines and columns of `code` to those of the file. */
  readonly map: SourceMap
}

/** Parses a file and finds what is to be refused. `.js` and `.mjs` are read as JavaScript. */
export function readModule(
  typescript: TypeScript,
  path: string,
  shown: string,
  text: string,
): SourceModule {
  const { program, source } = programOf(typescript, path, text)
  const place = (at: number): Omit<Violation, 'what'> => {
    const { line, character } = source.getLineAndCharacterOfPosition(at)
    return { file: shown, line: line + 1, column: character + 1 }
  }
  const syntaxErrors = program.getSyntacticDiagnostics(source).map((diagnostic) => ({
    ...place(diagnostic.start),
    what: typescript.flattenDiagnosticMessageText(diagnostic.messageText, ' '),
  }))
  const impurities = findImpurities(typescript, source, program.getTypeChecker())
  return {
    path,
    shown,
    sha256: createHash('sha256').update(text).digest('hex'),
    imports: importsOf(typescript, source).map((node) => ({
      ...place(node.getStart(source)),
      specifier: node.text,
    })),
    syntaxErrors,
    impurities: impurities.map((violation) => ({ ...violation, file: shown })),
    compile: () => compile(typescript, path, text + freezeCall(typescript, source)),
  }
}

/** A program of this one file, without libraries: only the file's own names can be resolved. */
function programOf(
  typescript: TypeScript,
  path: string,
  text: string,
): { program: ts.Program; source: ts.SourceFile } {
  const source = typescript.createSourceFile(path, text, typescript.ScriptTarget.ES2022, true)
  const host: ts.CompilerHost = {
    getSourceFile: (name) => (name === path ? source : undefined),
    getDefaultLibFileName: () => 'lib.d.ts',
    getCurrentDirectory: () => '/',
    getCanonicalFileName: (name) => name,
    getNewLine: () => '\n',
    useCaseSensitiveFileNames: () => true,
    fileExists: (name) => name === path,
    readFile: () => undefined,
    writeFile: () => undefined,
  }
  const { ScriptTarget, ModuleKind } = typescript
  const options: ts.CompilerOptions = {
    target: ScriptTarget.ES2022,
    module: ModuleKind.ES2022,
    allowJs: true,
    noLib: true,
    noResolve: true,
    types: [],
  }
  return { program: typescript.createProgram([path], options, host), source }
}

/** Specifiers of the imports and re-exports that remain in the program that runs. */
function importsOf(typescript: TypeScript, source: ts.SourceFile): ts.StringLiteral[] {
  return source.statements.flatMap((statement) => {
    const isImport = typescript.isImportDeclaration(statement)
    if (!isImport && !typescript.isExportDeclaration(statement)) return []
    const typeOnly = isImport ? isTypeOnly(typescript, statement) : statement.isTypeOnly
    const { moduleSpecifier } = statement
    return typeOnly || moduleSpecifier === undefined ? [] : [moduleSpecifier as ts.StringLiteral]
  })
}

/** `import type …` and `import { type A, type B }`. */
function isTypeOnly(typescript: TypeScript, { importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false
  if (importClause.phaseModifier === typescript.SyntaxKind.TypeKeyword) return true
  const { name, namedBindings } = importClause
  if (name !== undefined || namedBindings === undefined) return false
  if (!typescript.isNamedImports(namedBindings)) return false
  const { elements } = namedBindings
  return elements.length > 0 && elements.every((element) => element.isTypeOnly)
}

/**
 * A last line that freezes what the module declares: what a hook hides there would not be restored.
 */
function freezeCall(typescript: TypeScript, source: ts.SourceFile): string {
  const names = source.statements.flatMap((statement) => declaredNames(typescript, statement))
  return `\n;${FREEZE}({ ${[...new Set(names)].join(', ')} });`
}

function declaredNames(typescript: TypeScript, statement: ts.Statement): string[] {
  if (typescript.isVariableStatement(statement)) {
    const { declarations } = statement.declarationList
    return declarations.flatMap(({ name }) => boundNames(typescript, name))
  }
  const named =
    typescript.isClassDeclaration(statement) ||
    typescript.isEnumDeclaration(statement) ||
    (typescript.isFunctionDeclaration(statement) && statement.body !== undefined)
  return named && statement.name !== undefined ? [statement.name.text] : []
}

function boundNames(typescript: TypeScript, name: ts.BindingName): string[] {
  if (typescript.isIdentifier(name)) return [name.text]
  return name.elements.flatMap((element) =>
    typescript.isOmittedExpression(element) ? [] : boundNames(typescript, element.name),
  )
}

function compile(typescript: TypeScript, path: string, text: string): CompiledModule {
  const { ScriptTarget, ModuleKind } = typescript
  const { outputText, sourceMapText } = typescript.transpileModule(text, {
    // The compiler leaves imports in .mts and .mjs as they are, whatever the option says.
    fileName: path.replace(/\.m([jt]s)$/, '.$1'),
    compilerOptions: {
      target: ScriptTarget.ES2022,
      module: ModuleKind.CommonJS,
      sourceMap: true,
      allowJs: true,
    },
  })
  const code = outputText.replace(/\/\/# sourceMappingURL=.*\s*$/, '')
  return { code, map: new SourceMap(JSON.parse(sourceMapText ?? '{}')) }
}
