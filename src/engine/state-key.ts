import type { Machine } from '../../spec/state/machine.ts';

/** A machine's state as text that is equal for equal states and for no others. What the last step cost is left out. */
export function stateKey({ work: _, ...state }: Machine): string {
  return keyOf(state);
}

/** Text that is equal for values that are equal but for the order in which their fields came to be. */
export function keyOf(value: object): string {
  return JSON.stringify(value, (_, part) => (isRecord(part) ? sorted(part) : part));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
