import type { Contract } from '../../spec/contracts/contract.ts';
import { decisionsOf } from '../../spec/define/kernel.ts';
import type { DecisionName } from '../../spec/kernels/decisions.ts';
import type { Clause } from '../../spec/proof/clause.ts';
import { isInitial, isLoadedInitially } from '../../spec/proof/initial.ts';
import { candidatesOf, SAFETY_CLAUSE } from '../../spec/proof/invariant.ts';
import type { Term } from '../../spec/proof/logic.ts';
import { leftOut, NotModelled, unknownDecisions } from '../../spec/proof/modelled.ts';
import { type Kind, kindsOf, type Transition, transition } from '../../spec/proof/transitions.ts';
import { vocabularyOf } from '../../spec/proof/vocabulary.ts';
import type { OverriddenKernel } from '../../spec/world/world.ts';
import { type Dropped, type Invariant, largestInvariant, nameOf } from './houdini.ts';
import { failureOf, holdBefore, type Question, scriptOf, undecided } from './question.ts';
import { unrefuted } from './refute.ts';
import { type Answer, answersIn, type Solver } from './solver.ts';

/** An event that the relations do not have as the kernel does it. */
interface Unmodelled {
  readonly event: string;
  readonly reason: string;
}

/** What a kernel is to the relations, on tables of some levels. */
export interface Subject {
  readonly levels: number;
  readonly kernel: OverriddenKernel;
  readonly contract: Contract;
  readonly steps: readonly Transition[];
  readonly unmodelled: readonly Unmodelled[];
  readonly initial: readonly Term[];
  /** What may be its invariant: no walk has broken these. */
  readonly candidates: readonly Clause[];
}

/** What a proof comes to: `broken` only by a trace. */
export type ProofVerdict = 'proved' | 'broken' | 'open';

/** What came of trying to prove a kernel. */
export interface Attempt {
  readonly subject: Subject;
  readonly invariant: Invariant;
  readonly isProved: boolean;
  /** Where safety was given up, if it was: each clause that fell with it. */
  readonly lost: readonly Dropped[];
}

/**
 * The steps of a kernel. An event is not modelled where its reducer is the kernel's own, or where it asks what the
 * relations do not know; nor is what asks a decision that was changed, if nothing of these does.
 */
export function subjectOf(
  kernel: OverriddenKernel,
  contract: Contract,
  levels: number,
  changed: readonly DecisionName[] = [],
): Subject {
  const unknown = unknownDecisions(Object.keys(decisionsOf(kernel)));
  const unmodelled: Unmodelled[] = changed.flatMap((decision) => {
    const about = leftOut(levels)[decision];
    return about === undefined ? [] : [{ event: about, reason: `asks ${decision}, which was changed` }];
  });
  const steps: Transition[] = [];
  for (const kind of kindsOf(kernel, levels)) {
    const made = unknown.length > 0 ? `may ask ${unknown.join(', ')}` : stepOf(kernel, contract, kind);
    if (typeof made !== 'string') steps.push(made);
    else if (unmodelled.every(({ event }) => event !== kind.event))
      unmodelled.push({ event: kind.event, reason: made });
  }
  const { before } = vocabularyOf(levels);
  const candidates = candidatesOf(levels);
  return {
    levels,
    kernel,
    contract,
    steps,
    unmodelled,
    initial: [isInitial(before), isLoadedInitially(before, contract.refill)],
    candidates: steps.length === 0 ? candidates : unrefuted(kernel, contract, levels, candidates),
  };
}

/**
 * The same on tables of so many levels, one after the other. A changed decision is modelled if some of them asks it.
 */
export function subjectsOf(
  kernel: OverriddenKernel,
  contract: Contract,
  levels: readonly number[],
  changed: readonly DecisionName[],
): Subject[] {
  const beyond = changed.filter((decision) =>
    levels.every((count) => leftOut(count)[decision] !== undefined),
  );
  return levels.map((count) => subjectOf(kernel, contract, count, beyond));
}

/** A step, or why there is none. */
function stepOf(kernel: OverriddenKernel, contract: Contract, kind: Kind): Transition | string {
  if (kernel.reducers?.[kind.of] !== undefined) return 'has a reducer of its own';
  if (kernel.kvm !== undefined)
    return `may call ${Object.keys(kernel.kvm).join(', ')}, which the kernel has of its own`;
  try {
    return transition(kernel, contract, kind);
  } catch (error) {
    if (error instanceof NotModelled) return `asks ${error.message}, which the relations do not know`;
    throw error;
  }
}

/** What drops clauses comes first, so that little is asked twice. */
function urgency({ kind }: Transition): number {
  return kind.case === 'zaps a root' ? 0 : kind.of === 'mov-cr3' ? 1 : 2;
}

/** Who asks a solver, and goes on asking for as long as nothing ends it. */
export interface Asking {
  readonly solver: Solver;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  /** The answers to scripts that were asked before: of kernels that differ in one decision most are the same. */
  readonly asked?: Map<string, readonly Answer[]>;
}

/** Finds what a kernel keeps, and whether safety is among it. */
export async function prove(subject: Subject, asking: Asking): Promise<Attempt> {
  const { levels, initial, steps, candidates, unmodelled } = subject;
  const { solver, signal, onProgress, asked = new Map<string, readonly Answer[]>() } = asking;
  const ask = async (question: Question): Promise<readonly Answer[]> => {
    const { goals } = question;
    const script = scriptOf(question);
    const before = asked.get(script);
    if (before !== undefined) return before;
    const answers = answersIn(await solver.run(script, signal), goals.length, solver.name);
    // What a solver does not say of a goal among others, it may say of the goal alone.
    if (goals.length > 1)
      for (const [i, goal] of goals.entries())
        if (answers[i] === 'unknown') [answers[i]] = (await ask({ ...question, goals: [goal] })) as [Answer];
    asked.set(script, answers);
    return answers;
  };
  const inOrder = [...steps].sort((one, other) => urgency(one) - urgency(other));
  const invariant = await largestInvariant({ levels, initial, steps: inOrder, candidates, ask, onProgress });
  const fall = invariant.dropped.find(({ clause }) => clause === SAFETY_CLAUSE);
  return {
    subject,
    invariant,
    isProved: fall === undefined && unmodelled.length === 0 && steps.length > 0,
    lost: invariant.dropped.filter(
      ({ by, given }) => fall !== undefined && by === fall.by && given === fall.given,
    ),
  };
}

/** Proves one subject after the other, until one is not proved. */
export async function proveAll(subjects: readonly Subject[], asking: Asking): Promise<Attempt[]> {
  const attempts: Attempt[] = [];
  for (const subject of subjects) {
    attempts.push(await prove(subject, asking));
    if (attempts.at(-1)?.isProved !== true) break;
  }
  return attempts;
}

/** What stands in the way of a proof: a clause that an event does not keep, or an event that is not modelled. */
export interface Obstacle {
  readonly event: string;
  /** Null of an event that is not modelled. */
  readonly clause: string | null;
  /** What the solver said, or what the relations do not know. */
  readonly reason: string;
}

/** What stands in the way of a proof; empty where there is one. */
export function obstaclesOf({ subject, lost }: Attempt): Obstacle[] {
  return [
    ...subject.unmodelled.map(({ event, reason }) => ({ event, clause: null, reason })),
    ...lost.map(({ clause, by, answer }) => ({ event: nameOf(by), clause: clause.name, reason: answer })),
  ];
}

/** The events that a kernel's steps are of. */
export function eventsOf({ steps }: Subject): string[] {
  return [...new Set(steps.map(({ kind }) => kind.event))];
}

/**
 * The questions of a whole proof, by file name, for whoever has a solver: that every answer is `unsat` proves the
 * candidates, and with them safety. An event whose question is none that a solver decides has no script.
 */
export function scriptsOf({ levels, initial, steps, candidates }: Subject): [file: string, script: string][] {
  const questions = [
    { about: nameOf(null), assumptions: initial, state: vocabularyOf(levels).before },
    ...steps.map((step) => ({
      about: nameOf(step),
      assumptions: [...holdBefore(candidates, levels), step.guard],
      state: step.after,
    })),
  ];
  return questions.flatMap(({ about, assumptions, state }, i) => {
    const goals = candidates.map((clause) => failureOf(clause, state));
    const file = `${levels}-levels-${String(i).padStart(2, '0')}-${about.replaceAll(/[^\w-]+/g, '-')}.smt2`;
    const question = { assumptions, goals };
    return undecided(question).length > 0 ? [] : [[file, scriptOf(question)] as [string, string]];
  });
}
