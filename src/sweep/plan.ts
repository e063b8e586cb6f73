import type { ContractName } from '../../spec/contracts/named.ts';
import type { BoundName, Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type { Scope } from '../check/scopes.ts';
import { UnsupportedLayout } from '../conform/kernel-machine.ts';
import { expectDriven } from '../linux/refuse.ts';
import { linuxName } from '../linux/tree.ts';
import { applyMutant, mutantsOf } from '../mutate/mutants.ts';
import { type Search, type SweptKernel, searchOf } from './search.ts';

/** How the searches of a plan are carried out: none of it changes an answer. */
export interface Means {
  /** Threads of each search. */
  readonly workers: number;
  /** MiB that each search may take; null for what is free. */
  readonly maxMemory: number | null;
}

/** A search that cannot be made, and why. */
interface LeftOut {
  readonly kernel: string;
  readonly layout: string;
  readonly why: string;
}

/** What a sweep looks at. */
export interface Plan {
  /** What the code of vtlb is known by. */
  readonly build: string;
  readonly means: Means;
  readonly searches: readonly Search[];
  readonly leftOut: readonly LeftOut[];
}

/** What a plan is made of: each of these with each of those. */
export interface Choices {
  readonly kernels: readonly SweptKernel[];
  readonly contracts: readonly ContractName[];
  readonly scopes: readonly Scope[];
  /** The values of each bound that is varied. */
  readonly bounds: Readonly<Partial<Record<BoundName, readonly number[]>>>;
  /** Besides each kernel also what it becomes when one of its decisions is changed. */
  readonly setEach: boolean;
  readonly prove: boolean;
}

/** Everything that is chosen, each question once. @throws BoundError when bounds describe no guest */
export function searchesOf(choices: Choices): Pick<Plan, 'searches' | 'leftOut'> {
  const { contracts, scopes, bounds, setEach, prove } = choices;
  const leftOut: LeftOut[] = [];
  const searches = new Map<string, Search>();
  const kernels = choices.kernels.flatMap((kernel) => [kernel, ...(setEach ? changed(kernel) : [])]);
  const places = scopes.flatMap((scope) => variants(bounds).map((variant) => placeOf(scope, variant)));
  for (const kernel of kernels) {
    const asked = places.filter((place) => isAsked(kernel, place, leftOut));
    const proofs = prove && !kernel.linux ? [null] : [];
    for (const contract of contracts)
      for (const place of [...asked, ...proofs]) {
        const search = searchOf(kernel, contract, place);
        searches.set(JSON.stringify(search), search);
      }
  }
  return { searches: [...searches.values()], leftOut };
}

/** Each decision of a kernel changed to each of its other values; those of Linux's own code nobody can change. */
function changed(kernel: SweptKernel): SweptKernel[] {
  const { decisions, set, linux } = kernel;
  return (linux ? [] : mutantsOf(decisions)).map((mutant) => ({
    ...kernel,
    decisions: applyMutant(decisions, mutant),
    set: { ...set, [mutant.decision]: mutant.to },
  }));
}

/** Each value of each bound with each of the others. */
function variants(bounds: Choices['bounds']): Partial<Bounds>[] {
  return Object.entries(bounds).reduce<Partial<Bounds>[]>(
    (all, [name, values]) => all.flatMap((each) => values.map((value) => ({ ...each, [name]: value }))),
    [{}],
  );
}

function placeOf({ layout, bounds }: Scope, variant: Partial<Bounds>) {
  const built = buildLayout(LAYOUTS[layout], { ...bounds, ...variant });
  return { layout, bounds: built.bounds, built };
}

function isAsked({ kernel, linux }: SweptKernel, place: ReturnType<typeof placeOf>, leftOut: LeftOut[]) {
  if (!linux) return true;
  try {
    expectDriven(place.built, kernel);
    return true;
  } catch (error) {
    if (!(error instanceof UnsupportedLayout)) throw error;
    leftOut.push({ kernel: linuxName(kernel), layout: place.layout, why: error.message });
    return false;
  }
}
