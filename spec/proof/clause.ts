import type { Sort, Term } from './logic.ts';
import type { State } from './vocabulary.ts';

/** A universal statement about a machine at rest: a candidate for the invariant. */
export interface Clause {
  /** Where it is a property of the specification, the name of that. */
  readonly name: string;
  /** What it says. */
  readonly doc: string;
  /** Why it holds where it does. */
  readonly why: string;
  readonly sorts: readonly Sort[];
  /** Of which elements it speaks. */
  readonly when: (state: State, ...of: Term[]) => Term;
  /** What it says of those. */
  readonly says: (state: State, ...of: Term[]) => Term;
}
