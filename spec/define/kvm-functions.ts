import * as kvm from '../kvm/index.ts';

type Exported = typeof kvm;

/** KVM's functions that a kernel may replace, by their names in `spec/kvm`: what each takes and gives. */
export type KvmFunctions = {
  readonly [Name in keyof Exported as Exported[Name] extends { readonly original: unknown }
    ? Name
    : never]: Exported[Name] extends { readonly original: infer Original } ? Original : never;
};

/** The name of one of them. */
export type KvmFunctionName = keyof KvmFunctions;

/** Their names, in the order of the alphabet. */
export const KVM_FUNCTION_NAMES = Object.entries(kvm)
  .filter(([, exported]) => typeof exported === 'function' && 'original' in exported)
  .map(([name]) => name)
  .sort() as KvmFunctionName[];

/** Most names that are given for one that does not exist. */
const MOST_NEAR = 5;

/** As alike as names must be for one to be meant by the other: the share of pairs of letters in common. */
const NEAR = 0.5;

/** The functions that may be meant by a name that is none, such as the kernel's own; the likeliest first. */
export function functionsNear(name: string): KvmFunctionName[] {
  return KVM_FUNCTION_NAMES.map((each) => ({ each, alike: alike(each, name) }))
    .filter((one) => one.alike >= NEAR)
    .sort((a, b) => b.alike - a.alike)
    .slice(0, MOST_NEAR)
    .map(({ each }) => each);
}

function alike(a: string, b: string): number {
  const [one, other] = [pairsOf(a), pairsOf(b)];
  const common = [...one].filter((pair) => other.has(pair)).length;
  return (2 * common) / (one.size + other.size);
}

function pairsOf(name: string): Set<string> {
  const letters = name.toLowerCase().replace(/^_*kvm_?(?:mmu_?)?|_/g, '');
  return new Set([...letters].slice(1).map((letter, i) => `${letters[i]}${letter}`));
}
