import type { Event } from '../../spec/events/event.ts';
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
  /** Kinds of thing; null where the engine does not say. */
  readonly decisions: Exercised | null;
  readonly requests: Exercised | null;
  /** Properties whose case arose, so that they do not hold vacuously. */
  readonly antecedents: Exercised | null;
}

/** Some names, parted by whether they were exercised. */
export interface Exercised {
  readonly reached: readonly string[];
  readonly never: readonly string[];
}

/** What a search exercised. A gear that carries out each step by itself takes notes of events only. */
export function coverageOf(
  layout: Layout,
  { fired, noted }: Pick<SearchResult, 'fired' | 'noted'>,
): Coverage {
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
  const notes = noted.length > 0;
  return {
    fired: Object.fromEntries(layout.events.map((event: Event, i) => [formatEvent(event), fired[i] ?? 0])),
    decisions: notes ? part('decision', DECISION_NAMES) : null,
    requests: notes ? part('request', REQUESTS) : null,
    antecedents: notes ? part('antecedent', withAntecedent) : null,
  };
}
