import { DECISION_NAMES } from '../../../spec/kernels/decisions.ts';
import { CASES } from '../../../spec/properties/cases.ts';
import { REQUESTS } from '../../../spec/state/requests.ts';

/**
 * What a search can exercise besides events: each decision, when it is asked for; each request, when it is raised; and
 * the case that each property is about.
 */
export const NOTES: readonly string[] = [
  ...DECISION_NAMES.map((name) => `decision ${name}`),
  ...REQUESTS.map((name) => `request ${name}`),
  ...CASES.map(({ name }) => `antecedent ${name}`),
];

/** Words of bits, one a note. */
export const NOTE_WORDS = Math.ceil(NOTES.length / 32);

/** The number of the note that a request was raised, by number of the request. */
export function noteOfRequest(request: number): number {
  return DECISION_NAMES.length + request;
}

/** The number of the note that a case arose, by number of the case. */
export function noteOfCase(number: number): number {
  return DECISION_NAMES.length + REQUESTS.length + number;
}
