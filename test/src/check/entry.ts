import type { Contract } from '../../../spec/contracts/contract.ts';
import { CONTRACTS, type ContractName, STRONGER_THAN_KVM } from '../../../spec/contracts/named.ts';
import { defineKernel } from '../../../spec/define/kernel.ts';
import type { KernelName } from '../../../spec/kernels/named.ts';
import type { LayoutName } from '../../../spec/layouts/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { SOMETIMES } from '../../../spec/properties/sometimes.ts';
import { type CheckJob, runJob } from '../../../src/check/job.ts';
import type { CheckResult } from '../../../src/check/result.ts';
import { ENGINES, type EngineName } from '../../../src/engine/engines.ts';
import { limits } from './limits.ts';

/**
 * A line of a manifest: a search, and exactly what it explores and finds.
 *
 * - kernel: its name, and the decisions that are changed in it: `patch pcideSet=nothing`
 * - contract, and layout with the bounds that are its own: `minimal cachedRoots=1`
 * - how: a gear, `renaming` for states counted up to renaming, `first N` for a limit on states
 * - verdict: `holds`, `stopped`, or each property that breaks with the events of a shortest trace
 * - sometimes: for each of the *sometimes* properties, the events of a shortest trace to it, or -
 * - seconds: what it took when it was written, which is not compared
 */
export const COLUMNS = [
  'kernel',
  'contract',
  'layout',
  'how',
  'tlbs',
  'states',
  'facts',
  'transitions',
  'depth',
  'verdict',
  'sometimes',
  'seconds',
] as const;

/** The columns of a line that say which search it is. */
export const ASKED = COLUMNS.slice(0, 5);

export type Line = Readonly<Record<(typeof COLUMNS)[number], string>>;

/** The strongest member of the family of kvm: every flush of at least a PCID ends the refill. */
const EVERY_ENDING: Contract = {
  ...CONTRACTS.kvm,
  name: 'kvm, ended by each flush',
  endedBy: CONTRACTS.sdm.endedBy,
};

/** Carries out the search of a line; the line as it should be. */
export async function explore(line: Line): Promise<Line> {
  const start = performance.now();
  const { symmetry, maxStates } = howOf(line);
  const result = await runJob(jobOf(line), { limits: limits({ maxStates }), symmetry });
  const { states, facts, transitions, depth, witnesses, tlbs } = result;
  return {
    ...line,
    tlbs,
    states: `${states}`,
    facts: facts === null ? '-' : `${facts}`,
    transitions: `${transitions}`,
    depth: `${depth}`,
    verdict: verdictOf(result),
    sometimes: SOMETIMES.map(({ name }) => witnesses.get(name)?.length ?? '-').join(' '),
    seconds: ((performance.now() - start) / 1000).toFixed(1),
  };
}

function verdictOf({ violations, complete }: CheckResult): string {
  if (violations.length === 0) return complete ? 'holds' : 'stopped';
  return violations.map(({ property, trace }) => `${property} ${trace.length}`).join(', ');
}

function howOf({ how }: Line) {
  const words = how.split(' ');
  const limit = words.indexOf('first');
  return {
    gear: words.find((word): word is EngineName => Object.hasOwn(ENGINES, word)),
    symmetry: words.includes('renaming'),
    maxStates: limit < 0 ? Number.POSITIVE_INFINITY : Number(words[limit + 1]),
  };
}

function jobOf(line: Line): CheckJob {
  const contracts = {
    ...CONTRACTS,
    ...Object.fromEntries([...STRONGER_THAN_KVM, EVERY_ENDING].map((each) => [each.name, each])),
  };
  const contract = contracts[line.contract as ContractName];
  if (contract === undefined) throw new Error(`no contract is named ${line.contract}`);
  const { name: base, pairs: set } = namedPairs(line.kernel);
  const { name: layout, pairs: bounds } = namedPairs(line.layout);
  return {
    kernel: defineKernel({ base: base as KernelName, ...set }),
    contract,
    layout: LAYOUTS[layout as LayoutName],
    bounds: Object.fromEntries(Object.entries(bounds).map(([bound, value]) => [bound, Number(value)])),
    tlbs: line.tlbs as CheckJob['tlbs'],
    gear: howOf(line).gear,
    flushesOrdered: false,
  };
}

/** `name a=b c=d`. */
function namedPairs(text: string) {
  const [name = '', ...pairs] = text.split(' ');
  return { name, pairs: Object.fromEntries(pairs.map((pair) => pair.split('='))) };
}
