import type { Event } from '../../spec/events/event.ts';
import type { Frame } from '../../spec/state/names.ts';
import type { Adapter, Observed } from './adapter.ts';
import type { Expected } from './oracle.ts';

/** Where an implementation does not do what is expected of it. */
export interface Disagreement {
  /** In words, a line. */
  readonly message: string;
  /** What was expected, and what was found: plain data. */
  readonly expected: unknown;
  readonly actual: unknown;
}

/** Has an implementation carry out an event, and compares; null if it does what is expected. */
export async function judge(
  adapter: Adapter,
  event: Event,
  expected: Expected,
): Promise<Disagreement | null> {
  try {
    const observed = await adapter.apply(event);
    if (observed.outcome !== expected.outcome)
      return differs('outcome', expected.outcome, observed.outcome, 'comes to');
    const read =
      expected.reads === null ? null : judgeReads(observed, expected.reads, expected.roots !== null);
    return read ?? (await judgeRoots(adapter, event.cpu, expected));
  } catch (error) {
    return thrown(error);
  }
}

/** A failure by an error of the implementation. */
export function thrown(error: unknown): Disagreement {
  const text = error instanceof Error ? error.message : String(error);
  return { message: `the implementation threw: ${text}`, expected: 'no error', actual: text };
}

/** By a kernel, the whole set is compared; by a contract, each frame in it must be allowed. */
function judgeReads(
  observed: Observed,
  reads: readonly (Frame | null)[],
  exact: boolean,
): Disagreement | null {
  const { sees } = observed;
  if (sees === undefined && observed.reads === undefined)
    return { message: 'an access must give reads or sees', expected: 'reads or sees', actual: observed };
  const found: readonly (Frame | null)[] =
    sees === undefined ? [observed.reads ?? null] : sees.length > 0 ? sees : [null];
  const wrong = found.find((frame) => !reads.includes(frame));
  if (wrong !== undefined) return differs('reads', reads, wrong, 'reads');
  if (exact && sees !== undefined && reads.some((frame) => !found.includes(frame)))
    return differs('reads', reads, found, 'may read');
  return null;
}

async function judgeRoots(adapter: Adapter, cpu: number, { roots }: Expected): Promise<Disagreement | null> {
  if (roots === null || adapter.observe === undefined) return null;
  const { root, prevRoots } = await adapter.observe(cpu);
  if (root !== undefined && root !== roots.root) return differs('root', roots.root, root, 'has root');
  if (prevRoots === undefined || slots(prevRoots) === slots(roots.prevRoots)) return null;
  return {
    message: `it has prev_roots ${slots(prevRoots)}; expected ${slots(roots.prevRoots)}`,
    expected: { prevRoots: roots.prevRoots },
    actual: { prevRoots },
  };
}

function slots(roots: readonly (string | null)[]): string {
  return `[${roots.map((root) => root ?? '-').join(' ')}]`;
}

function differs(name: string, expected: unknown, actual: unknown, verb: string): Disagreement {
  return {
    message: `it ${verb} ${text(actual)}; expected ${text(expected)}`,
    expected: { [name]: expected },
    actual: { [name]: actual },
  };
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(' or ');
  return value === null ? 'nothing' : String(value);
}
