import type ts from 'typescript'
import type { Violation } from './violation.js'
import {
  allowedGlobals,
  allowedMath,
  globalRemedy,
  mathRemedy,
  memberRemedy,
} from './vocabulary.js'

type TypeScript = typeof ts

/** Everything in a module that could make two runs differ. It stops mistakes, not malice. */
export function findImpurities(
  typescript: TypeScript,
  source: ts.SourceFile,
  checker: ts.TypeChecker,
): Violation[] {
  const walk = new PurityWalk(typescript, source, checker)
  walk.module()
  return walk.violations
}

class PurityWalk {
  readonly violations: Violation[] = []
  readonly #ts: TypeScript
  readonly #source: ts.SourceFile
  readonly #checker: ts.TypeChecker

  constructor(typescript: TypeScript, source: ts.SourceFile, checker: ts.TypeChecker) {
    this.#ts = typescript
    this.#source = source
    this.#checker = checker
  }

  module(): void {
    for (const statement of this.#source.statements) this.#moduleLevel(statement)
    this.#visit(this.#source)
  }

  /** State between hooks belongs into `state`, or a restored session would not have it. */
  #moduleLevel(statement: ts.Statement): void {
    const { NodeFlags } = this.#ts
    if (!this.#ts.isVariableStatement(statement) || this.#isAmbient(statement)) return
    const { flags } = statement.declarationList
    if ((flags & NodeFlags.BlockScoped) === NodeFlags.Const) return
    const keyword = (flags & NodeFlags.Let) !== 0 ? 'let' : 'var'
    this.#refuse(statement, `module-level ${keyword}: keep what changes in the state`)
  }

  #visit(node: ts.Node): void {
    if (this.#isErased(node)) return
    this.#syntax(node)
    if (this.#ts.isIdentifier(node)) this.#identifier(node)
    this.#member(node)
    this.#ts.forEachChild(node, (child) => this.#visit(child))
  }

  /** Types leave nothing behind in the program that runs. */
  #isErased(node: ts.Node): boolean {
    const t = this.#ts
    if (t.isTypeNode(node)) return !t.isExpressionWithTypeArguments(node) || isImplements(t, node)
    if (t.isInterfaceDeclaration(node) || t.isTypeAliasDeclaration(node)) return true
    if (t.isTypeParameterDeclaration(node)) return true
    if (t.isImportDeclaration(node) || t.isExportDeclaration(node)) return true
    if (t.isImportEqualsDeclaration(node)) {
      this.#refuse(node, 'import … =: write `import { … } from`')
      return true
    }
    if (t.isModuleDeclaration(node)) {
      this.#refuse(node, 'namespace: use a module of its own')
      return true
    }
    if (!this.#isAmbient(node)) return false
    this.#refuse(node, 'declare: it promises a name that is not there')
    return true
  }

  #isAmbient(node: ts.Node): boolean {
    const { SyntaxKind } = this.#ts
    if (!this.#ts.canHaveModifiers(node) || this.#ts.isPropertyDeclaration(node)) return false
    const modifiers = this.#ts.getModifiers(node) ?? []
    return modifiers.some((modifier) => modifier.kind === SyntaxKind.DeclareKeyword)
  }

  #syntax(node: ts.Node): void {
    const remedy = this.#syntaxRemedy(node)
    if (remedy !== undefined) this.#refuse(node, remedy)
  }

  #syntaxRemedy(node: ts.Node): string | undefined {
    const { SyntaxKind } = this.#ts
    switch (node.kind) {
      case SyntaxKind.AsyncKeyword:
        return 'async: hooks wait for nothing'
      case SyntaxKind.AwaitKeyword:
      case SyntaxKind.AwaitExpression:
        return 'await: hooks wait for nothing'
      case SyntaxKind.AsteriskAsteriskToken:
      case SyntaxKind.AsteriskAsteriskEqualsToken:
        return '**: use Math.pow, which is the same on every machine'
      case SyntaxKind.MetaProperty:
        return this.#isImportMeta(node) ? 'import.meta: it names this machine' : undefined
      case SyntaxKind.ImportKeyword:
        return 'dynamic import: import at the top'
      case SyntaxKind.ExportAssignment:
        return this.#isExportEquals(node) ? 'export =: write `export default`' : undefined
      default:
        return undefined
    }
  }

  #isExportEquals(node: ts.Node): boolean {
    return this.#ts.isExportAssignment(node) && node.isExportEquals === true
  }

  #isImportMeta(node: ts.Node): boolean {
    const { SyntaxKind } = this.#ts
    return this.#ts.isMetaProperty(node) && node.keywordToken === SyntaxKind.ImportKeyword
  }

  /** A name that no declaration of the file stands behind is a global. */
  #identifier(node: ts.Identifier): void {
    if (!this.#isReference(node) || allowedGlobals.has(node.text)) return
    if (this.#isDeclared(node)) return
    this.#refuse(node, `${node.text}${globalRemedy(node.text)}`, ' is not there for a strategy')
  }

  #isReference(node: ts.Identifier): boolean {
    const { parent } = node
    const t = this.#ts
    if (t.isPropertyAccessExpression(parent)) return parent.expression === node
    if (t.isShorthandPropertyAssignment(parent))
      return parent.name === node || isDefault(parent, node)
    if (t.isBindingElement(parent)) return parent.initializer === node
    if (t.isLabeledStatement(parent) || t.isBreakOrContinueStatement(parent)) return false
    if (t.isMetaProperty(parent)) return false
    if (t.isEnumMember(parent) || t.isPropertyAssignment(parent)) return parent.initializer === node
    if (t.isJsxAttribute(parent)) return false
    return !isDeclarationName(parent, node)
  }

  #isDeclared(node: ts.Identifier): boolean {
    const symbol = this.#ts.isShorthandPropertyAssignment(node.parent)
      ? this.#checker.getShorthandAssignmentValueSymbol(node.parent)
      : this.#checker.getSymbolAtLocation(node)
    return symbol?.declarations?.some((declaration) => this.#isReal(declaration)) ?? false
  }

  /** Types, signatures without a body and `import type` declare nothing that runs. */
  #isReal(declaration: ts.Declaration): boolean {
    const t = this.#ts
    if (t.isTypeOnlyImportDeclaration(declaration) || t.isSourceFile(declaration)) return false
    return !t.isFunctionDeclaration(declaration) || declaration.body !== undefined
  }

  #member(node: ts.Node): void {
    const t = this.#ts
    if (t.isPropertyAccessExpression(node)) {
      this.#memberName(node.name, node.name.text, node.expression)
    } else if (t.isElementAccessExpression(node)) {
      this.#elementAccess(node)
    } else if (t.isBindingElement(node)) {
      const name = node.propertyName ?? node.name
      const text = propertyText(t, name)
      if (text !== undefined && t.isObjectBindingPattern(node.parent)) {
        this.#memberName(name, text, bindingSource(t, node.parent))
      }
    } else if (t.isPropertyAssignment(node) || t.isShorthandPropertyAssignment(node)) {
      const text = propertyText(t, node.name)
      if (text !== undefined) this.#memberName(node.name, text, undefined)
    }
  }

  #elementAccess(node: ts.ElementAccessExpression): void {
    const { argumentExpression: key, expression } = node
    if (this.#ts.isStringLiteralLike(key)) this.#memberName(key, key.text, expression)
    else if (this.#isMath(expression)) this.#refuse(node, 'Math[…]: name the function')
  }

  #memberName(at: ts.Node, name: string, of: ts.Expression | undefined): void {
    const remedy = memberRemedy(name)
    if (remedy !== undefined) this.#refuse(at, `.${name}: ${remedy}`)
    else if (of !== undefined && this.#isMath(of) && !allowedMath.has(name)) {
      this.#refuse(at, `Math.${name}${mathRemedy(name)}`)
    }
  }

  #isMath(node: ts.Expression): boolean {
    return this.#ts.isIdentifier(node) && node.text === 'Math' && !this.#isDeclared(node)
  }

  #refuse(node: ts.Node, what: string, otherwise = ''): void {
    const start = node.getStart(this.#source)
    const { line, character } = this.#source.getLineAndCharacterOfPosition(start)
    const text = what.includes(':') ? what : what + otherwise
    const place = { line: line + 1, column: character + 1 }
    this.violations.push({ file: this.#source.fileName, ...place, what: text })
  }
}

/** `class A implements B`: a type, though it is parsed as an expression. */
function isImplements(t: TypeScript, node: ts.ExpressionWithTypeArguments): boolean {
  return (
    !t.isHeritageClause(node.parent) ||
    node.parent.token === t.SyntaxKind.ImplementsKeyword ||
    t.isInterfaceDeclaration(node.parent.parent)
  )
}

function isDefault(parent: ts.ShorthandPropertyAssignment, node: ts.Identifier): boolean {
  return parent.objectAssignmentInitializer === node
}

function isDeclarationName(parent: ts.Node, node: ts.Identifier): boolean {
  return 'name' in parent && parent.name === node
}

function propertyText(t: TypeScript, name: ts.Node): string | undefined {
  return t.isIdentifier(name) || t.isStringLiteralLike(name) ? name.text : undefined
}

/** What `const { … } =` takes apart, where it stands in the same declaration. */
function bindingSource(t: TypeScript, pattern: ts.ObjectBindingPattern): ts.Expression | undefined {
  return t.isVariableDeclaration(pattern.parent) ? pattern.parent.initializer : undefined
}
