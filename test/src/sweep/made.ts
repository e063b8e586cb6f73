import { decisionsOf, kernelNamed } from '../../../spec/define/kernel.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import { answerText } from '../../../src/sweep/answer.ts';
import { type Collection, collect } from '../../../src/sweep/collect.ts';
import { type Choices, type Plan, searchesOf } from '../../../src/sweep/plan.ts';
import { answerName, type Search, type SweptKernel } from '../../../src/sweep/search.ts';

export const BUILD = 'a'.repeat(64);

/** A named kernel, with decisions changed. */
export function swept(name: KernelName, set: Readonly<Record<string, string>> = {}): SweptKernel {
  return { kernel: name, linux: false, set, decisions: { ...decisionsOf(kernelNamed(name)), ...set } };
}

/** A plan of v6.12 on layout minimal, but for what is said. */
export function planned(choices: Partial<Choices> = {}): Plan {
  const all: Choices = {
    kernels: [swept('v6.12')],
    contracts: ['kvm'],
    scopes: [{ layout: 'minimal', bounds: {} }],
    bounds: {},
    setEach: false,
    prove: false,
    ...choices,
  };
  return { build: BUILD, means: { workers: 1, maxMemory: null }, ...searchesOf(all) };
}

/** What `check --json` could say of a search that holds, as far as a sweep reads it; a proof that is proved. */
export function saying(search: Search, told: object = {}): Record<string, unknown> {
  const { kernel, set, contract, layout, bounds } = search;
  if (search.task === 'prove')
    return { kernel, set, contract, verdict: 'proved', seconds: 3, trace: null, ...told };
  return {
    kernel,
    set,
    contract,
    layout,
    bounds,
    verdict: 'holds',
    complete: true,
    states: 10,
    facts: 20,
    seconds: 1.5,
    violation: null,
    ...told,
  };
}

/** What a search says that found something. */
export const VIOLATED = {
  verdict: 'violated',
  complete: false,
  violation: { property: 'vtlb-within-guest-tlb', message: 'stale', trace: ['access u0', 'mov-cr3 b'] },
};

/** What it says that was stopped. */
export const STOPPED = { verdict: 'stopped', complete: false };

/** What a search of a changed kernel says that never came to the change. */
export const UNEXERCISED = {
  verdict: 'not exercised',
  changed: {
    decisions: ['pcideSet'],
    functions: [],
    reducers: [],
    unexercised: { decisions: ['pcideSet'], functions: [], reducers: [] },
  },
};

/** The same where it came to it. */
export const EXERCISED = {
  changed: {
    decisions: ['pcideSet'],
    functions: [],
    reducers: [],
    unexercised: { decisions: [], functions: [], reducers: [] },
  },
};

/** What came of a plan: of each search what is told, an answer that holds by default; null for no answer. */
export function collected(
  plan: Plan,
  told: readonly (object | null)[] = [],
  others: Readonly<Record<string, string>> = {},
): Collection {
  const answers = plan.searches.flatMap((search, i): [string, string][] => {
    const words = i < told.length ? told[i] : {};
    return words === null
      ? []
      : [[answerName(search, BUILD), answerText(search, BUILD, saying(search, words))]];
  });
  return collect(plan, 'answers', {
    answers: new Map([...answers, ...Object.entries(others)]),
    failures: new Map(),
  });
}
