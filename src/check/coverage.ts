import { KVM_FUNCTION_NAMES } from '../../spec/define/kvm-functions.ts';
import { EVENT_KINDS, type Event } from '../../spec/events/event.ts';
import { DECISION_NAMES } from '../../spec/kernels/decisions.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { ALWAYS } from '../../spec/properties/always.ts';
import { REQUESTS } from '../../spec/state/requests.ts';
import type { SearchResult } from '../checker/result.ts';
import { NOTES } from '../engine/memo/notes.ts';
import { formatEvent } from '../trace/print.ts';

/** What a search exercised, and what it never reached. */
export interface Coverage {
  /** By event, as traces write it: how often it was carried out without a fault. */
  readonly fired: Readonly<Record<string, number>>;
  /** Kinds of event, those of the layout and all others. */
  readonly kinds: Exercised;
  readonly decisions: Exercised;
  /** KVM's functions that are called, of those that the kernel replaces. */
  readonly functions: Pick<Exercised, 'reached'>;
  /** Kinds of thing; null where the engine does not say. */
  readonly requests: Exercised | null;
  /** Properties whose case arose, so that they do not hold vacuously. */
  readonly antecedents: Exercised | null;
}

/** Some names, parted by whether they were exercised. */
export interface Exercised {
  readonly reached: readonly string[];
  readonly never: readonly string[];
}

/**
 * What a search exercised.
 *
 * @param notesAll whether the engine takes notes of all there is; else of events, decisions and functions only
 */
export function coverageOf(
  layout: Layout,
  { fired, noted }: Pick<SearchResult, 'fired' | 'noted'>,
  notesAll: boolean,
): Coverage {
  const reached = new Set(layout.events.filter((_, i) => (fired[i] ?? 0) > 0).map(({ kind }) => kind));
  const isNoted = (note: string) => {
    const number = NOTES.indexOf(note);
    return (((noted[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 1;
  };
  const part = (kind: string, names: readonly string[]): Exercised => ({
    reached: names.filter((name) => isNoted(`${kind} ${name}`)),
    never: names.filter((name) => !isNoted(`${kind} ${name}`)),
  });
  const withAntecedent = ALWAYS.map(({ name }) => name).filter((name) =>
    NOTES.includes(`antecedent ${name}`),
  );
  return {
    fired: Object.fromEntries(layout.events.map((event: Event, i) => [formatEvent(event), fired[i] ?? 0])),
    kinds: {
      reached: EVENT_KINDS.filter((kind) => reached.has(kind)),
      never: EVENT_KINDS.filter((kind) => !reached.has(kind)),
    },
    decisions: part('decision', DECISION_NAMES),
    functions: { reached: part('function', KVM_FUNCTION_NAMES).reached },
    requests: notesAll ? part('request', REQUESTS) : null,
    antecedents: notesAll ? part('antecedent', withAntecedent) : null,
  };
}
