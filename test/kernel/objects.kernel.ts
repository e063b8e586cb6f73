// SPDX-License-Identifier: GPL-2.0
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import { buildKernel } from '../../src/conform/harness.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { type Patch, patchedTree } from './support/patched-tree.ts';

/** Two changes of one function, each of which is other code. */
const [ONE, OTHER] = ['KVM_REQ_MMU_SYNC', 'KVM_REQ_TLB_FLUSH_GUEST'].map(
  (request): Patch => ({
    file: 'mmu/mmu.c',
    find: /(\nvoid kvm_mmu_invlpg\([^{]*\{\n)/,
    replace: `$1\tkvm_make_request(${request}, vcpu);\n`,
  }),
) as [Patch, Patch];

kernelTestOn('6.12')(
  'of a tree with another patch only what is changed is compiled, to the same',
  async () => {
    const trees = [await patchedTree('6.12', ONE), await patchedTree('6.12', OTHER)] as const;
    const [kept, fresh] = [emptyCache(), emptyCache()];
    const objects = () => readdirSync(join(kept, 'vtlb/objects')).map((name) => name.replace(/\..*/, ''));
    const build = async (cache: string, tree: string) => {
      vi.stubEnv('XDG_CACHE_HOME', cache);
      return readFileSync((await buildKernel(tree)).product);
    };
    onTestFinished(() => void vi.unstubAllEnvs());
    const first = await build(kept, trees[0]);
    const before = objects();
    const second = await build(kept, trees[1]);
    expect(objects().sort()).toEqual([...before, 'shim_mmu_unit'].sort());
    expect(second.equals(first)).toBe(false);
    expect(second.equals(await build(fresh, trees[1]))).toBe(true);
  },
);

function emptyCache(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vtlb-cache-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}
