import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { vtlb } from '../../run-vtlb.ts';
import { builtSearch } from '../checker/built.ts';
import { NO_LIMITS } from '../checker/support.ts';
import { BUILT_SPEC, kernelFiles } from './kernel-files.ts';

const { file } = kernelFiles();

/** A kernel file in JavaScript: v6.12 with something of its own. */
const kernel = (name: string, own: string) =>
  file(
    `${name}.mjs`,
    `import { defineKernel, invlpg, kvm } from '${BUILT_SPEC}';
    export default defineKernel({ base: 'v6.12', ${own} });\n`,
  );

const TINY = ['--layout', 'minimal', '--bound', 'cachedRoots=1', '--bound', 'pcids=1'];

const check = (...args: string[]) => vtlb(['check', ...TINY, '--symmetry', ...args]);

const counts = (...args: string[]) => {
  const { stdout } = check(...args, '--json');
  const { verdict, states, facts, transitions, depth, symmetry } = JSON.parse(stdout);
  return { verdict, states, facts, transitions, depth, symmetry };
};

describe('what a kernel has of its own is held to the symmetry', () => {
  it('and is searched up to renaming where it treats all alike', () => {
    const same = kernel('same', 'kvm: { syncPrevRoots: (here) => kvm.syncPrevRoots.original(here) }');
    const theirs = counts();
    expect(theirs).toMatchObject({ verdict: 'holds', symmetry: true });
    expect(counts(same)).toEqual(theirs);
    expect(counts(same, '--tlbs', 'whole')).toEqual(counts('--tlbs', 'whole'));
  });

  it.each([
    [
      'a function that looks at a space',
      ['--workers', '2'],
      "kvm: { syncPrevRoots: (here) => { if (here.vcpu.cr3.space === 'a') kvm.syncPrevRoots.original(here); } }",
      /: syncPrevRoots\(\): not all spaces, frames of u0 are treated alike, .*: 'invpcid all' in the state \(CR3 a\|0 PCIDE=0 root a\|0 prev_roots b\|0, a:u0=f1 b:u0=f1\) comes to something else than 'invpcid all' in the state \(CR3 b\|0 /,
    ],
    [
      'a section that is about the guest TLB alone',
      [],
      "reducers: { invlpg: { ...invlpg, guestTlb: (guest, event) => guest.cr3.space === 'a' ? [] : invlpg.guestTlb(guest, event) } }",
      /: invlpg: not all spaces, .*: 'invlpg u0' in the state/,
    ],
    [
      'a #GP',
      ['--engine', 'in-place'],
      "reducers: { invlpg: { ...invlpg, faults: (guest) => guest.cr3.space === 'b' } }",
      /: invlpg: not all spaces, .*: 'invlpg u0' in the state/,
    ],
  ])('and refused where it does not: %s', (name, how, own, message) => {
    const path = kernel(name.replaceAll(/\W/g, '-'), own);
    const { status, stdout, stderr } = check(path, ...how);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
    expect(stderr).toMatch(new RegExp(`^error: ${path}: its .* failed: `));
  });

  it('in what a state is judged by too', async () => {
    const path = kernel(
      'reset',
      "kvm: { resetContext: (here) => { if (here.vcpu.cr3.space === 'a') kvm.resetContext.original(here); } }",
    );
    const search = await builtSearch();
    const searched = (flushesOrdered: boolean) =>
      search({
        source: {
          module: new URL('../../../dist/src/engine/memo/create.js', import.meta.url).href,
          data: {
            kernel: KERNELS['v6.12'],
            contract: CONTRACTS.kvm,
            layout: LAYOUTS.minimal,
            bounds: { cachedRoots: 1, pcids: 1 },
            tlbs: 'whole',
            flushesOrdered,
            overrides: { module: pathToFileURL(path).href, digest: '' },
          },
        },
        symmetry: true,
        workers: 1,
        limits: NO_LIMITS,
      });
    expect((await searched(false)).complete).toBe(true);
    await expect(searched(true)).rejects.toThrow(
      /^resetContext\(\): not all spaces, .*: what is broken in the state .* comes to something else than what is broken in /,
    );
  });
});
