import { decisionsOf } from '../../../spec/define/kernel.ts';
import { KERNELS, type KernelName } from '../../../spec/kernels/named.ts';
import type { Clause } from '../../../spec/proof/clause.ts';
import { candidatesOf } from '../../../spec/proof/invariant.ts';
import { unknownValues } from '../../../spec/proof/modelled.ts';
import { vocabularyOf } from '../../../spec/proof/vocabulary.ts';
import type { World } from '../../../spec/world/world.ts';
import { beyondRelations, isCovered } from '../../prove/events.ts';
import { elementsOf, fixedOf, stateOf } from '../../prove/structure.ts';
import type { Replay, ReplayStep } from '../../replay/replay.ts';
import { formatEvent } from '../../trace/print.ts';
import { clauseWords } from './clause-words.ts';
import { instancesOf } from './instances.ts';
import { NOT_KEPT } from './not-kept.ts';
import type { ShownWorld } from './shown-world.ts';

/** How a clause fares in a state. */
export interface ClauseStatus extends Pick<Clause, 'name' | 'doc' | 'why'> {
  /** Of what it speaks there and is true, in words. */
  readonly keeps: readonly string[];
  /** What breaks it. */
  readonly breaks: readonly string[];
}

/** The clauses in a state; or what the state, or the kernel, has that they do not speak of. */
export type InvariantStatus =
  | { readonly beyond: string }
  | {
      /** Whether every step of this kernel is known to keep them; else they are candidates. */
      readonly isProved: boolean;
      readonly clauses: readonly ClauseStatus[];
    };

/** The invariant after step `at` of a replay; at 0, at the start. */
export function invariantAt(world: ShownWorld, replay: Replay, at: number): InvariantStatus {
  if (world.code !== undefined) return { beyond: "Linux's own code, whose decisions nobody sees" };
  const { layout } = world;
  const beyond = beyondProof(world, replay.steps.slice(0, at));
  if (beyond !== null) return { beyond };
  const elements = elementsOf(layout);
  const machine = replay.steps[at - 1]?.after ?? replay.start;
  const values = { ...fixedOf(world, elements), ...stateOf(machine, elements) };
  const notKept = notKeptBy(world);
  const words = clauseWords(layout, elements);
  const clauses = candidatesOf(layout.levels)
    .filter((clause) => !notKept?.includes(clause.name))
    .map((clause) => {
      const { keeps, breaks } = instancesOf(
        clause,
        vocabularyOf(layout.levels).before,
        values,
        elements.sizes,
      );
      const inWords = (of: readonly number[]) => words(clause.sorts, of);
      return {
        name: clause.name,
        doc: clause.doc,
        why: clause.why,
        keeps: keeps.map(inWords),
        breaks: breaks.map(inWords),
      };
    });
  return { isProved: notKept !== null, clauses };
}

/** What a kernel, its layout or the events so far have that the relations do not; null if nothing. */
function beyondProof({ layout, kernel }: World, steps: Replay['steps']): string | null {
  const ofLayout = beyondRelations(layout);
  if (ofLayout !== null) return `${ofLayout}, which layout ${layout.name} has`;
  const [unknown] = unknownValues(kernel);
  if (unknown !== undefined) return unknown;
  const at = steps.findIndex(({ event }) => !isCovered(event));
  return at < 0 ? null : `${formatEvent((steps[at] as ReplayStep).event)}, which is step ${at + 1}`;
}

/** The candidates that are no part of the invariant of a kernel; null where that is not known. */
function notKeptBy({ kernel, contract }: World): readonly string[] | null {
  if (contract.name !== 'kvm') return null;
  const decisions = JSON.stringify(decisionsOf(kernel));
  const known = (Object.keys(NOT_KEPT) as KernelName[]).find(
    (name) => JSON.stringify(decisionsOf(KERNELS[name])) === decisions,
  );
  return known === undefined ? null : (NOT_KEPT[known] as readonly string[]);
}
