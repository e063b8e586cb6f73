import { DECISION_NAMES, type DecisionName } from '../../../spec/kernels/decisions.ts';
import { REQUESTS } from '../../../spec/state/requests.ts';
import type { Core } from '../machine.ts';
import { get, set } from './field.ts';

/**
 * What a search can exercise besides events: each decision of a kernel, when a handler consults it; each
 * request, when it is served; and the case that each property is about, without which it holds vacuously.
 */
export const ANTECEDENTS = {
  'vtlb-within-guest-tlb': 'the vTLB holds what the guest tables no longer say',
  'prev-roots-outside-vtlb': 'a root comes out of prev_roots while PCIDE=0',
  'synced-pages-agree': 'a synced shadow page has a present entry',
  'unsync-marked-upwards': 'a linked page is unsync',
  'synced-pages-write-protected': 'a page that the guest stored to has a synced shadow',
  'hardware-entries-backed': 'a sync or an invalidation drops an SPTE',
  'root-matches-cr3': 'the current root changes',
  'cached-roots-distinct': 'two roots are cached',
  'cached-roots-in-recency-order': 'prev_roots changes',
  'no-obsolete-root-at-entry': 'a root is zapped',
} as const;

export type Antecedent = keyof typeof ANTECEDENTS;

const ANTECEDENT_NAMES = Object.keys(ANTECEDENTS) as Antecedent[];

/** Notes by number: decisions, then requests, then antecedents. */
export const NOTES: readonly string[] = [
  ...DECISION_NAMES.map((name) => `decision ${name}`),
  ...REQUESTS.map((name) => `request ${name}`),
  ...ANTECEDENT_NAMES.map((name) => `antecedent ${name}`),
];

/** The number of the note that a decision was consulted. */
export const CONSULTED = Object.fromEntries(
  DECISION_NAMES.map((name) => [name, NOTES.indexOf(`decision ${name}`)]),
) as Record<DecisionName, number>;

/** By number of a request: the number of the note that it was served. */
export const SERVED: readonly number[] = REQUESTS.map((name) => NOTES.indexOf(`request ${name}`));

/** The number of the note that the case of a property arose. */
export const AROSE = Object.fromEntries(
  ANTECEDENT_NAMES.map((name) => [name, NOTES.indexOf(`antecedent ${name}`)]),
) as Record<Antecedent, number>;

/** Notes that something was exercised. */
export function note(m: Core, number: number): void {
  if (((m.settled[number >>> 5]! >>> (number & 31)) & 1) === 1) return;
  const notes = m.layout.step.notes[number >>> 5]!;
  set(m, notes, get(m, notes) | (1 << (number & 31)));
}
