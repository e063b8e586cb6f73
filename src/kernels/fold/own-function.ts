import * as ts from 'typescript/unstable/ast';
import type { OwnFunctions } from '../../../spec/world/world.ts';
import { parse } from '../source.ts';
import type { Unit, Units } from '../units.ts';
import { moved } from './layout.ts';

/** A function that a kernel has in place of one of the specification's. */
interface OwnFunction {
  readonly text: string;
  /** The functions of KVM that it names. */
  readonly calls: readonly Unit[];
  /** Whether it goes on to what it replaces. */
  readonly goesOn: boolean;
  /** Whether it uses anything of its file besides, and so may call whatever that does. */
  readonly isOpen: boolean;
}

/** By the unit that it replaces: what a kernel has of its own. */
export type OwnUnits = ReadonlyMap<Unit, OwnFunction>;

/** Reads the functions that a kernel has of its own, from what JavaScript keeps of their text. */
export async function readOwn(units: Units, functions: OwnFunctions = {}): Promise<OwnUnits> {
  const byName = new Map(units.all.flatMap((unit) => (unit.replaceable ? [[unit.name, unit] as const] : [])));
  const texts = Object.entries(functions).map(
    ([name, work]) => [name, declaration(name, String(work))] as const,
  );
  if (texts.length === 0) return new Map();
  const parsed = await parse(new Map(texts.map(([name, text]) => [`own/${name}.ts`, text])));
  return new Map(
    parsed.map(({ source }, i): [Unit, OwnFunction] => {
      const [name, text] = texts[i] as (typeof texts)[number];
      const { called, goesOn, others } = usedIn(source, name);
      const calls = called.flatMap((each) => byName.get(each) ?? []);
      const isOpen = others.length > 0;
      const note = isOpen ? `// What it calls through ${others.join(', ')} is not shown.\n` : '';
      return [byName.get(name) as Unit, { text: `${note}${text}`, calls, goesOn, isOpen }];
    }),
  );
}

/** A function's text as a declaration. A method has its name in front. */
function declaration(name: string, text: string): string {
  const isMethod = /^(?!function\b|async\b)[\w$]+\s*\(/.test(text);
  const indented = /\n( *)\S[^\n]*$/.exec(text)?.[1] ?? '';
  const atLeft = moved(text, indented.length, 0);
  return isMethod ? `function ${atLeft}` : `const ${name} = ${atLeft};`;
}

/** What a function uses that it does not declare: `kvm.NAME`, and whatever else there is. */
function usedIn(source: ts.SourceFile, own: string) {
  const declared = new Set([own]);
  const free = new Set<string>();
  const called = new Set<string>();
  let goesOn = false;
  const visit = (node: ts.Node) => {
    const { name } = node as ts.VariableDeclaration;
    if (declares(node) && name !== undefined && ts.isIdentifier(name)) declared.add(name.text);
    if (ts.isPropertyAccessExpression(node)) {
      const text = node.getText();
      goesOn ||= text === `kvm.${own}.original`;
      if (/^kvm\.\w+$/.test(text)) called.add(node.name.getText());
      else visit(node.expression);
    } else if (ts.isIdentifier(node)) {
      if (!isKey(node)) free.add(node.text);
    } else node.forEachChild(visit);
  };
  visit(source);
  const others = [...free].filter((each) => !declared.has(each) && !(each in globalThis));
  return { called: [...called], goesOn, others };
}

function declares(node: ts.Node): boolean {
  return [
    ts.isVariableDeclaration,
    ts.isBindingElement,
    ts.isParameterDeclaration,
    ts.isFunctionDeclaration,
  ].some((is) => is(node));
}

/** A name that is a member's, and stands for nothing by itself. */
function isKey(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return parent.name === node;
  return ts.isBindingElement(parent) && parent.propertyName === node;
}
