import { describe, expect, it } from 'vitest';
import { DECISION_NAMES } from '../../../spec/kernels/decisions.ts';
import { ALSO_MODELLED } from '../../../spec/kernels/functions.ts';
import { KernelIndex, leftOut } from '../../../src/kernels/kernel-index.ts';

const index = await KernelIndex.read();

describe('the index of what stands for the kernel', () => {
  it.each(DECISION_NAMES)(
    '%s is asked by a function of spec/, and taken in functions of the kernel',
    (decision) => {
      expect(index.askedBy(decision)).not.toEqual([]);
      expect(index.functionsOf(decision)).not.toEqual([]);
    },
  );

  it.each([
    ['kvm_set_cr3', ['setCr3', 'syncAndFlushCurrent'], ['movCr3Flush', 'currentRootSync']],
    [
      'kvm_invalidate_pcid',
      ['invalidatePcid'],
      ['pcidInvalidation', 'pcidlessInvalidation', 'currentRootSync'],
    ],
    ['FNAME(fetch)', ['pageFault'], ['staleFault', 'linkUnsyncChildren']],
    ['kvm_mmu_get_child_sp', ['linkChild', 'settleUnsyncChildren'], ['linkUnsyncChildren']],
    ['is_page_fault_stale', [], ['staleFault']],
    ['svm_vcpu_run', [], ['failedEntry']],
    ['__kvm_mmu_free_obsolete_roots', ['freeObsoleteRoots'], ['obsoleteRoots']],
    ['rmap_write_protect', ['syncChildren'], ['syncProtects', 'syncDrop']],
    ['KVM_MMU_CR4_ROLE_BITS', ['postSetCr4'], ['pgeToggle']],
  ])('%s', (name, units, decisions) => {
    const found = index.lookUp(name);
    expect(found.units.map((unit) => unit.name)).toEqual(expect.arrayContaining(units));
    expect(found.decisions).toEqual(expect.arrayContaining(decisions));
  });

  it('knows nothing of what the model does not have', () => {
    for (const name of ['load_pdptrs', 'kvm_tdp_mmu_map', 'anything_else', ''])
      expect(index.lookUp(name)).toEqual({ units: [], decisions: [] });
    expect(leftOut('load_pdptrs')).toBe('PAE paging');
    for (const name of ['anything_else', 'kvm_deferred_free', 'kvm_parse_input'])
      expect(leftOut(name)).toBeNull();
  });

  it.each(Object.entries(ALSO_MODELLED))('%s stands with %s, which a doc comment names', (name, modelled) => {
    const named = index.units.flatMap(({ kernelNames }) => kernelNames);
    expect(named).toContain(modelled);
    expect(named).not.toContain(name);
  });

  it('gives a helper the names of those that use it', () => {
    const affectRoots = index.units.find(
      ({ name, file }) => name === 'affectRoots' && file === 'spec/kvm/set-cr4.ts',
    );
    expect(affectRoots?.kernelNames).toEqual([]);
    expect(affectRoots && index.namesOf(affectRoots)).toContain('kvm_post_set_cr4');
  });
});
