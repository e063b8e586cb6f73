import type { Event } from '../../spec/events/event.ts';
import { clauseOf } from '../../spec/proof/invariant.ts';
import { vocabularyOf } from '../../spec/proof/vocabulary.ts';
import { Finite } from './finite.ts';
import type { Dropped } from './houdini.ts';
import { type MadeMachine, machineOf } from './machine.ts';
import { readModel } from './model.ts';
import { failureOf, holdBefore, scriptOf } from './question.ts';
import type { Solver } from './solver.ts';
import { traceEvent } from './trace-event.ts';

/** A machine that satisfies the clauses, and the event after which it does not. */
export interface Counterexample extends MadeMachine {
  readonly event: Event;
}

/**
 * The machine in which a step does not keep a clause, as the solver gives it; null where it gives none, or none that
 * the specification can have. What it gives is evaluated: the clauses hold before, and that one fails after.
 */
export async function counterexample(
  { clause, by, given }: Dropped,
  solver: Solver,
  signal: AbortSignal,
): Promise<Counterexample | null> {
  if (!solver.givesModels || by === null) return null;
  const { levels } = by.kind;
  const failure = failureOf(clause, by.after);
  const question = { assumptions: [...holdBefore(given, levels), by.guard], goals: [failure] };
  const output = await solver.run(scriptOf(question, ['(get-model)']), signal);
  const text = output.trimStart();
  if (!/^sat\s/.test(text)) return null;
  const model = readModel(text.replace(/^sat\s*/, ''), levels);
  const finite = new Finite(model.sizes);
  const after = { ...model.values, ...finite.state(by.after)(model.values) };
  const holds = holdBefore(given, levels).every((term) => finite.formula(term)(model.values));
  const fails = !finite.formula(clauseOf(clause, vocabularyOf(levels).before))(after);
  if (!holds || !fails || !finite.formula(by.guard)(model.values))
    throw new Error(`cannot happen: the model for ${clause.name} is none`);
  const made = machineOf(model);
  const event = made && traceEvent(by.kind, model.values, made.layout);
  return made && event && { ...made, event };
}
