import type { Core } from '../machine.ts';
import type { Field } from './field.ts';
import type { WordMask } from './tagged-set.ts';

/** Keeps the state as it is, for the properties of the step that begins. */
export function rememberState(m: Core): void {
  const { before } = m.layout.step;
  for (let word = 0; word < before.length; word++) m.row[before[word]!.word] = m.row[word]!;
}

/** The value of a field before the step. */
export function getBefore(m: Core, field: Field): number {
  if (field.bits === 0) return field.constant;
  return (m.row[m.layout.step.before[field.word]!.word]! >>> field.shift) & field.mask;
}

/** Whether any of these bits are not as they were before the step. */
export function changed(m: Core, masks: readonly WordMask[]): boolean {
  const { before } = m.layout.step;
  let difference = 0;
  for (const { word, mask } of masks) difference |= (m.row[word]! ^ m.row[before[word]!.word]!) & mask;
  return difference !== 0;
}

/** Whether anything is not as it was before the step. */
export function changedAnything(m: Core): boolean {
  const { before } = m.layout.step;
  let difference = 0;
  for (let word = 0; word < before.length; word++) difference |= m.row[word]! ^ m.row[before[word]!.word]!;
  return difference !== 0;
}
