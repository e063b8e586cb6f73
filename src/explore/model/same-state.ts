import type { Machine } from '../../../spec/state/machine.ts';

/**
 * A machine's state as text that is equal for equal states and for no others. What the last step cost is left
 * out, and so is the order in which pages and fields came to be.
 */
export function stateKey({ work: _, ...state }: Machine): string {
  return JSON.stringify(state, (__, value) => (isRecord(value) ? sorted(value) : value));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
