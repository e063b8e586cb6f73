import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { defineKernel, type KernelDefinition } from '../../../spec/define/kernel.ts';
import type { OverridesSource } from '../../../src/engine/overrides.ts';
import type { mutate as Mutate } from '../../../src/mutate/mutate.ts';
import { BUILT_SPEC, kernelFiles } from '../cli/kernel-files.ts';

const { file } = kernelFiles();
const { mutate }: { mutate: typeof Mutate } = await import(
  new URL('../../../dist/src/mutate/mutate.js', import.meta.url).href
);

const mutated = (definition: KernelDefinition, overrides?: OverridesSource) =>
  mutate({
    kernel: defineKernel(definition),
    overrides,
    contract: CONTRACTS.kvm,
    decisions: ['syncProtects'],
    scopes: [{ layout: 'faults', bounds: {} }],
    workers: 1,
    signal: new AbortController().signal,
    onProgress: () => {},
  });

it('a kernel with a function of its own is mutated as one that decides the same', async () => {
  const path = file(
    'leaves-prev-roots.mjs',
    `import { defineKernel } from '${BUILT_SPEC}';
    export default defineKernel({ base: 'v6.12', kvm: { syncPrevRoots: () => {} } });\n`,
  );
  const module = pathToFileURL(path).href;
  const { default: own } = await import(/* @vite-ignore */ module);
  const mine = await mutated({ base: 'v6.12', kvm: own.kvm }, { module, digest: 'own' });
  const theirs = await mutated({ base: 'v6.12', flushGuestService: 'sync-current' });
  const base = await mutated({ base: 'v6.12' });
  const found = ({ base: [searched], mutants }: typeof mine) => ({
    states: searched?.result?.states,
    facts: searched?.result?.facts,
    mutants: mutants.map(({ mutant, needed, breach, explored, costs }) => ({
      mutant,
      needed,
      breach: breach?.trace,
      explored,
      costs,
    })),
  });
  expect(found(mine)).toEqual(found(theirs));
  expect(found(mine)).not.toEqual(found(base));
  expect(found(mine).mutants.map(({ needed }) => needed)).toEqual([false, true]);
});
