import * as ts from 'typescript/unstable/ast';
import { type Names, UNKNOWN } from './values.ts';

/** Names in a declaration hide others: nothing is known of them. */
export function forget(name: ts.Node, names: Names): void {
  if (ts.isIdentifier(name)) names.know(name.text, UNKNOWN);
  else
    name.forEachChild((each) => {
      if (ts.isBindingElement(each)) forget(each.name as ts.Node, names);
    });
}

/** Where the line of a node begins. */
export function columnOf(node: ts.Node): number {
  const { text } = node.getSourceFile();
  const line = text.lastIndexOf('\n', node.getStart() - 1) + 1;
  return /^ */.exec(text.slice(line, line + 200))?.[0].length ?? 0;
}

/** The comments in front of a node, a line each. */
export function commentsBefore(node: ts.Node): string[] {
  const trivia = node.getSourceFile().text.slice(node.pos, node.getStart());
  return trivia
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
