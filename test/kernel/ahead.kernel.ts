// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import { CONTRACTS } from '../../spec/contracts/named.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import { loadKernel } from '../../src/conform/harness.ts';
import { rowLayout } from '../../src/engine/rows/layout.ts';
import type { AheadOfSearch } from '../../src/linux/ahead/ahead.ts';
import { type Ahead, LinuxStates } from '../../src/linux/states.ts';
import { vtlb } from '../run-vtlb.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { type Patch, patchedTree } from './support/patched-tree.ts';

const on73 = kernelTestOn('7.3');

/** The unload on PCIDE 0->1 is gone. */
const KEEPS_ROOTS: Patch = {
  file: 'regs.c',
  find: /(void kvm_post_set_cr4[\s\S]*?)kvm_mmu_unload\(vcpu\);/,
  replace: '$1;',
};

/** Every second INVLPG flushes. */
const COUNTS: Patch = {
  file: 'mmu/mmu.c',
  find: /(\nvoid kvm_mmu_invlpg\([^{]*\{\n)/,
  replace: '$1static int calls; if (calls++ % 2 == 1) kvm_make_request(KVM_REQ_TLB_FLUSH_CURRENT, vcpu);\n',
};

/** INVLPG ends in a BUG, which takes a while to be reached. */
const LATE_BUG: Patch = {
  file: 'mmu/mmu.c',
  find: COUNTS.find,
  replace:
    '$1BUG_ON(kvm_is_cr4_bit_set(vcpu, X86_CR4_PCIDE) && (kvm_read_cr3(vcpu) & 1) && vcpu->arch.mmu->prev_roots[2].hpa != INVALID_PAGE);\n',
};

describe("a search of Linux's own code, with threads that work ahead of it", () => {
  const said = (linux: string, workers: number, ...args: readonly string[]) => {
    const { stdout } = vtlb(['check', '--linux', linux, '--json', '--workers', `${workers}`, ...args]);
    const { seconds: _, peakBytes: __, ...rest } = JSON.parse(stdout);
    return rest;
  };

  on73.each<[string, readonly Patch[], readonly string[]]>([
    ['holds', [], ['--bound', 'frames=1']],
    ['violated', [KEEPS_ROOTS], ['--layout', 'kernel']],
    ['violated', [LATE_BUG], []],
    ['not exercised', [COUNTS], ['--bound', 'frames=1']],
    ['stopped', [], ['--tlbs', 'whole', '--max-states', '10000']],
  ])('says %s as one thread alone does: %#', async (verdict, patches, args) => {
    const linux = patches.length === 0 ? '7.3' : await patchedTree('7.3', ...patches);
    const alone = said(linux, 1, ...args);
    expect(alone.verdict).toBe(verdict);
    expect(alone.states).toBeGreaterThan(1024);
    expect(said(linux, 3, ...args)).toEqual(alone);
  });

  on73('takes from them what it would else have carried out itself', async () => {
    const module = await loadKernel('7.3');
    const options = { tlbs: 'apart', loadedApart: true, strayRoots: true, smepRole: 'always' } as const;
    const rows = rowLayout(buildLayout(LAYOUTS.minimal, { frames: 1 }), CONTRACTS.kvm, options);
    // Compiled, as its threads are.
    const path = '../../dist/src/linux/ahead/ahead.js';
    const built = (await import(path)) as { AheadOfSearch: typeof AheadOfSearch };
    let ahead: AheadOfSearch | null = null;
    let taken = 0;
    const states = new LinuxStates(module, rows, (runner): Ahead => {
      const made = new built.AheadOfSearch(module, runner, rows, 2);
      ahead = made;
      return {
        reached: (...node) => made.reached(...node),
        outcomesOf: (...asked) => {
          const outcomes = made.outcomesOf(...asked);
          if (outcomes !== null) taken++;
          return outcomes;
        },
      };
    });
    try {
      for (let node = 0; node < states.nodes.size; node++) states.stepFrom(node, 0);
    } finally {
      await (ahead as AheadOfSearch | null)?.dismiss();
    }
    const alone = new LinuxStates(module, rows);
    const differing: string[] = [];
    for (let node = 0; node < alone.nodes.size; node++) {
      for (let event = 0; event < rows.layout.events.length; event++) {
        const [one, other] = [states, alone].map((each) => JSON.stringify(each.stepFrom(node, event)));
        if (one !== other) differing.push(`${node} ${event}: ${one}, ${other}`);
      }
    }
    expect(differing).toEqual([]);
    expect(states.nodes.size).toBe(alone.nodes.size);
    expect(taken).toBeGreaterThan(100);
  });
});
