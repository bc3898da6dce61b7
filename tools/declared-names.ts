import ts from 'typescript';

/**
 * The names that a file declares, and the texts that it quotes (kinds, states, names of logins): what it only imports or
 * calls is not among them. A member of a class, an interface or a type is there twice, as `name` and as `Owner.name`.
 */
export function declaredNames(file: string, text: string): ReadonlySet<string> {
  return /\.m?[jt]s$/.test(file) ? ofCode(text) : new Set([...matches(text, SQL_NAME), ...matches(text, QUOTED)]);
}

const SQL_NAME = /\b(?:FUNCTION|TABLE|TRIGGER|INDEX|POLICY)\s+(\w+)/g;
const QUOTED = /'(\w+)'/g;

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, name = '']) => name);
}

function ofCode(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node, owner: string | null): void => {
    if (ts.isStringLiteral(node)) names.add(node.text);
    const name = nameOf(node);
    if (name !== null) names.add(name);
    if (name !== null && owner !== null) names.add(`${owner}.${name}`);
    const inner = isOwner(node) ? name : ts.isFunctionLike(node) ? null : owner;
    ts.forEachChild(node, (child) => {
      visit(child, inner);
    });
  };
  visit(ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest), null);
  return names;
}

type Owner = ts.ClassDeclaration | ts.InterfaceDeclaration | ts.TypeAliasDeclaration;

function isOwner(node: ts.Node): node is Owner {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);
}

function isNamed(node: ts.Node): node is Owner | ts.FunctionDeclaration | ts.VariableDeclaration {
  return isOwner(node) || ts.isFunctionDeclaration(node) || ts.isVariableDeclaration(node);
}

type Member = ts.ClassElement | ts.TypeElement | ts.PropertyAssignment;

function isMember(node: ts.Node): node is Member {
  return ts.isClassElement(node) || ts.isTypeElement(node) || ts.isPropertyAssignment(node);
}

function nameOf(node: ts.Node): string | null {
  if (!isNamed(node) && !isMember(node)) return null;
  const { name } = node;
  return name !== undefined && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) ? name.text : null;
}
