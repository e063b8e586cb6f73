import type { Clause } from '../../spec/proof/clause.ts';
import { SAFETY_CLAUSE } from '../../spec/proof/invariant.ts';
import type { Term } from '../../spec/proof/logic.ts';
import type { Kind, Transition } from '../../spec/proof/transitions.ts';
import { vocabularyOf } from '../../spec/proof/vocabulary.ts';
import { failureOf, holdBefore, isUntouched, type Question, undecided } from './question.ts';
import type { Answer } from './solver.ts';

/** A clause that is no part of the invariant. */
export interface Dropped {
  readonly clause: Clause;
  /** The step that does not keep it; null if it does not hold at the start. */
  readonly by: Transition | null;
  /** What was assumed of the machine before. */
  readonly given: readonly Clause[];
  /** `unasked` where the question is none that a solver decides. */
  readonly answer: Answer | 'unasked';
}

/** The largest set of clauses that every step keeps. */
export interface Invariant {
  readonly kept: readonly Clause[];
  readonly dropped: readonly Dropped[];
  /** How many questions were asked. */
  readonly queries: number;
}

/** What is asked, and of whom. */
export interface HoudiniInput {
  /** How many levels the tables have. */
  readonly levels: number;
  /** What holds at the start. */
  readonly initial: readonly Term[];
  readonly steps: readonly Transition[];
  readonly candidates: readonly Clause[];
  readonly ask: (question: Question, about: string) => Promise<readonly Answer[]>;
  readonly onProgress: (text: string) => void;
}

/**
 * Drops the clauses that do not hold at the start, and then, as long as there are any, those that some step does not
 * keep, given those that are left. What is left is the largest such set, whatever the order. It ends when safety is
 * dropped, for then nothing is proved by the rest.
 */
export async function largestInvariant(input: HoudiniInput): Promise<Invariant> {
  const { levels, initial, steps, candidates, ask, onProgress } = input;
  const dropped: Dropped[] = [];
  let kept = [...candidates];
  let queries = 0;

  /** The clauses that a step keeps, of those that are kept so far. */
  const review = async (assumptions: readonly Term[], by: Transition | null): Promise<Clause[]> => {
    const state = by === null ? vocabularyOf(levels).before : by.after;
    const asked = kept
      .map((clause) => ({ clause, failure: failureOf(clause, state) }))
      .filter(({ failure }) => by === null || !isUntouched(failure));
    const question = { assumptions, goals: asked.map(({ failure }) => failure) };
    if (question.goals.length === 0) return kept;
    const isDecided = undecided(question).length === 0;
    const answers = isDecided ? await ask(question, nameOf(by)) : asked.map(() => 'unasked' as const);
    if (isDecided) queries += asked.length;
    const given = by === null ? [] : kept;
    const gone = asked.flatMap(({ clause }, i) => {
      const answer = answers[i] as Dropped['answer'];
      return answer === 'unsat' ? [] : [{ clause, by, given, answer }];
    });
    dropped.push(...gone);
    return kept.filter((clause) => gone.every((each) => each.clause !== clause));
  };

  kept = await review(initial, null);
  const settled = new Set<Transition>();
  while (settled.size < steps.length && kept.includes(SAFETY_CLAUSE)) {
    const step = steps.find((each) => !settled.has(each)) as Transition;
    onProgress(`${settled.size} of ${steps.length} kinds of step keep ${kept.length} clauses`);
    const left = await review([...holdBefore(kept, levels), step.guard], step);
    if (left.length < kept.length) settled.clear();
    else settled.add(step);
    kept = left;
  }
  return { kept, dropped, queries };
}

/** A step in words: `mov-cr3 cached`. */
export function nameOf(step: { readonly kind: Kind } | null): string {
  return step === null ? 'start' : `${step.kind.event} ${step.kind.case}`.trim();
}
