import { basename, dirname, normalize } from 'node:path/posix';
import * as ts from 'typescript/unstable/ast';
import type { EventKind } from '../../spec/events/event.ts';
import { DECISION_NAMES, type DecisionName } from '../../spec/kernels/decisions.ts';
import { decisionRead, decisionsBound } from './decision-read.ts';
import { kernelNamesIn } from './kernel-names.ts';
import { parseSpec, type SpecFile } from './source.ts';

/** The parameters and the body of a function. */
type Work = Pick<ts.FunctionDeclaration, 'parameters' | 'body'>;

/** A function of the specification that models KVM, a constant that one reads, or what an event makes KVM do. */
export interface Unit {
  readonly name: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly node: ts.FunctionDeclaration | ts.VariableDeclaration | ts.PropertyAssignment;
  /** If it is a function: its parameters and its body. */
  readonly work: Work | null;
  /** Whether it is one of KVM's functions, which a kernel may replace by one of its own. */
  readonly replaceable: boolean;
  /** The kernel's names for what it models, from its doc comment. */
  readonly kernelNames: readonly string[];
  /** The decisions that it reads. */
  readonly asks: readonly DecisionName[];
  /** The units that names in its file stand for. */
  readonly scope: ReadonlyMap<string, Unit>;
}

/** Every unit, and by the kind of event what KVM does until the next entry. */
export interface Units {
  readonly all: readonly Unit[];
  readonly handlers: ReadonlyMap<EventKind, Unit>;
}

/** Reads the units from the specification's own text. */
export async function readUnits(): Promise<Units> {
  const all: Unit[] = [];
  const handlers = new Map<EventKind, Unit>();
  const files = (await parseSpec()).map((file) => ({ file, scope: new Map<string, Unit>() }));
  for (const { file, scope } of files) {
    for (const statement of file.source.statements) {
      for (const [name, node] of declaredBy(statement)) {
        const section = handlerIn(node);
        if (section !== null)
          handlers.set(
            basename(file.path, '.ts') as EventKind,
            unitOf(file, section, 'kvm', statement, scope),
          );
        else if (isKvm(file, node)) scope.set(name, unitOf(file, node, name, statement, scope));
      }
    }
    all.push(...scope.values());
  }
  const scopes = new Map(files.map(({ file, scope }) => [file.path, scope]));
  for (const { file, scope } of files)
    for (const { local, from, name } of importsOf(file)) {
      const unit = scopes.get(from)?.get(name);
      if (unit !== undefined) scope.set(local, unit);
    }
  return { all, handlers };
}

type Declared = ts.FunctionDeclaration | ts.VariableDeclaration;

function declaredBy(statement: ts.Statement): [string, Declared][] {
  if (ts.isFunctionDeclaration(statement)) return [[statement.name?.text ?? '', statement]];
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap((each): [string, Declared][] =>
    ts.isIdentifier(each.name) ? [[each.name.text, each]] : [],
  );
}

/** Functions of the reducers' folder count too, for what they have of their own. */
function isKvm({ path }: SpecFile, node: Declared): boolean {
  return path.startsWith('spec/kvm/') || ts.isFunctionDeclaration(node);
}

/** The section `kvm` of a reducer. */
function handlerIn(node: Declared): ts.PropertyAssignment | null {
  const { initializer } = node as ts.VariableDeclaration;
  if (initializer === undefined || !ts.isObjectLiteralExpression(initializer)) return null;
  const section = initializer.properties.find(
    (each) => ts.isPropertyAssignment(each) && each.name.getText() === 'kvm',
  );
  return (section as ts.PropertyAssignment | undefined) ?? null;
}

function unitOf(
  { path, source }: SpecFile,
  node: Unit['node'],
  name: string,
  statement: ts.Statement,
  scope: ReadonlyMap<string, Unit>,
): Unit {
  const doc = source.text.slice(statement.pos, statement.getStart());
  return {
    name,
    file: path,
    line: source.getLineAndCharacterOfPosition(node.getStart()).line + 1,
    node,
    ...workOf(node),
    kernelNames: kernelNamesIn(/@source kernel: ([^@]*)/.exec(doc)?.[1] ?? ''),
    asks: asksOf(node),
    scope,
  };
}

/** The work of a function: one that is declared as such, or as `kvmFunction('NAME', (PARAMETERS) => { BODY })`. */
function workOf(node: Unit['node']): Pick<Unit, 'work' | 'replaceable'> {
  if (ts.isFunctionDeclaration(node)) return { work: node, replaceable: false };
  const { initializer } = node;
  if (
    initializer === undefined ||
    !ts.isCallExpression(initializer) ||
    initializer.expression.getText() !== 'kvmFunction'
  )
    return { work: null, replaceable: false };
  return { work: initializer.arguments[1] as ts.ArrowFunction & { body: ts.Block }, replaceable: true };
}

function asksOf(unit: ts.Node): DecisionName[] {
  const asked = new Set<DecisionName>();
  const visit = (node: ts.Node) => {
    const read = decisionRead(node);
    if (read !== null) asked.add(read);
    if (ts.isVariableDeclaration(node)) for (const { decision } of decisionsBound(node)) asked.add(decision);
    node.forEachChild(visit);
  };
  visit(unit);
  return DECISION_NAMES.filter((name) => asked.has(name));
}

function importsOf({ path, source }: SpecFile) {
  return source.statements.filter(ts.isImportDeclaration).flatMap(({ importClause, moduleSpecifier }) => {
    const bindings = importClause?.namedBindings;
    if (bindings === undefined || !ts.isNamedImports(bindings)) return [];
    const from = normalize(`${dirname(path)}/${(moduleSpecifier as ts.StringLiteral).text}`);
    return bindings.elements.map((each) => ({
      local: each.name.text,
      from,
      name: (each.propertyName ?? each.name).getText(),
    }));
  });
}
