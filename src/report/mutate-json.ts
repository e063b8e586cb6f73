import type { Scope } from '../check/scopes.ts';
import type { Counts } from '../mutate/judge.ts';
import { type Base, holds, type MutantFound, type Mutated } from '../mutate/mutate.ts';
import { reasonFor } from '../mutate/reasons.ts';
import { formatEvent } from '../trace/print.ts';
import type { KernelHeading } from './check.ts';

/**
 * The JSON form of what mutating found. `layouts` of a mutant that is needed has the layout where it broke, with
 * what was explored until then; of another, each layout that was explored whole. `bounds` are those that differ
 * from the layout's own. `needed` is null if a limit came first, or no layout was left on which the kernel holds;
 * `cost` with a limit.
 * `proof` has what the mutant is for any number of everything: as `verdict` `proved`, `broken` or `open`, and as `open`
 * what stands in the way of a proof; null unless that was asked.
 * `work` has how much more work the mutant does in a thousand events of the workloads, where it does.
 */
export function mutateJson(heading: KernelHeading, { base, mutants }: Mutated, seconds: number) {
  const { kernel, set, overridden, architecture, contract } = heading;
  return {
    kernel,
    set,
    ...(overridden.length > 0 && { overridden, architecture }),
    contract,
    base: base.map(baseJson),
    mutants: mutants.map((judged) => mutantJson(heading, judged)),
    seconds: Number(seconds.toFixed(3)),
  };
}

function baseJson(base: Base) {
  const { scope, result } = base;
  if (result === null) return { ...scope, verdict: 'stopped' };
  const [broken] = result.violations;
  return {
    ...layoutJson(scope, result),
    verdict: holds(base) ? 'holds' : broken ? 'violated' : 'stopped',
    violation: broken ? { ...broken, trace: broken.trace.map(formatEvent) } : null,
  };
}

function mutantJson(heading: KernelHeading, { mutant, needed, breach, explored, costs, proof }: MutantFound) {
  return {
    ...mutant,
    needed,
    property: breach?.property ?? null,
    message: breach?.message ?? null,
    trace: breach?.trace.map(formatEvent) ?? null,
    layouts:
      breach === null
        ? explored.map((each) => ({ ...layoutJson(each.scope, each), consulted: each.consulted }))
        : [{ ...layoutJson(breach.scope, breach), consulted: true }],
    cost: costs?.cost ?? null,
    work: costs?.work ?? null,
    proof,
    reason: needed === false ? reasonFor(heading, mutant) : null,
  };
}

function layoutJson({ layout, bounds }: Scope, { states, facts, transitions, depth }: Counts) {
  return { layout, bounds, states, facts, transitions, depth };
}
