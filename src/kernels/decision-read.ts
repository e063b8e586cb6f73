import * as ts from 'typescript/unstable/ast';
import { DECISIONS, type DecisionName } from '../../spec/kernels/decisions.ts';

/** The decision that an expression reads: `world.kernel.pcideSet`, or `kernel.pcideSet`. */
export function decisionRead(node: ts.Node): DecisionName | null {
  if (!ts.isPropertyAccessExpression(node) || !isRecord(node.expression)) return null;
  return nameOf(node.name.getText());
}

/** The local names that a declaration gives to decisions: `const { pcideSet } = world.kernel`. */
export function decisionsBound({ name, initializer }: ts.VariableDeclaration) {
  if (initializer === undefined || !ts.isObjectBindingPattern(name) || !isRecord(initializer)) return [];
  return name.elements.flatMap((element) => {
    const decision = nameOf((element.propertyName ?? element.name)?.getText() ?? '');
    return decision === null ? [] : [{ local: element.name?.getText() ?? '', decision }];
  });
}

/** A kernel is called `kernel` throughout the specification. */
function isRecord(node: ts.Node): boolean {
  return ts.isPropertyAccessExpression(node) ? node.name.getText() === 'kernel' : node.getText() === 'kernel';
}

function nameOf(text: string): DecisionName | null {
  return Object.hasOwn(DECISIONS, text) ? (text as DecisionName) : null;
}
