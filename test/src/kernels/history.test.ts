import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { DECISIONS, type DecisionName } from '../../../spec/kernels/decisions.ts';
import type { Bounds } from '../../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { runJob } from '../../../src/check/job.ts';
import { chooseKernel } from '../../../src/cli/kernel.ts';
import { KernelIndex } from '../../../src/kernels/kernel-index.ts';
import { touchedParts } from '../../../src/kernels/touched.ts';
import { vtlb } from '../../run-vtlb.ts';
import { limits } from '../check/limits.ts';

/** A commit of the past, and the way from the functions in its patch to what came of it. */
interface Past {
  readonly commit: string;
  readonly file: string;
  readonly functions: readonly string[];
  /** The decision that describes what it changed. */
  readonly decision: DecisionName;
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
  /** A release, and what is set in it: with the fix, and without it or without what it must not leave out. */
  readonly right: readonly [release: string, value?: string];
  readonly wrong: readonly [release: string, value?: string];
  readonly breaks?: string;
}

const MINIMAL = { layout: 'minimal', bounds: { cachedRoots: 1 } } as const;
const FAULTS = { layout: 'faults', bounds: { cachedRoots: 0 } } as const;

const PAST: readonly Past[] = [
  {
    commit: '21823fbda552',
    file: 'x86.c',
    functions: ['kvm_set_cr3', 'kvm_handle_invpcid', 'kvm_invalidate_pcid'],
    decision: 'movCr3Flush',
    ...MINIMAL,
    right: ['v5.13', 'invalidate-pcid'],
    wrong: ['v5.13'],
  },
  {
    commit: '509bfe3d9796',
    file: 'x86.c',
    functions: ['kvm_post_set_cr4', 'kvm_invalidate_pcid'],
    decision: 'pcideSet',
    ...MINIMAL,
    right: ['v5.16'],
    wrong: ['v5.16', 'nothing'],
  },
  {
    commit: '61b05a9fd4ae',
    file: 'x86.c',
    functions: ['kvm_vcpu_flush_tlb_guest'],
    decision: 'flushGuestService',
    ...MINIMAL,
    right: ['v5.17'],
    wrong: ['v5.17', 'sync-current'],
  },
  {
    commit: 'b53e84eed08b',
    file: 'x86.c',
    functions: ['kvm_vcpu_flush_tlb_guest'],
    decision: 'flushGuestService',
    layout: 'minimal',
    bounds: { spaces: 1 },
    right: ['v5.14'],
    wrong: ['v5.14', 'hardware-only'],
  },
  {
    commit: '28f28d453ffc',
    file: 'x86.c',
    functions: ['kvm_handle_invpcid'],
    decision: 'invpcidAll',
    ...MINIMAL,
    right: ['v5.14'],
    wrong: ['v5.14', 'sync-and-flush-current'],
  },
  {
    commit: '07ffaf343e34',
    file: 'vmx/nested.c',
    functions: ['nested_vmx_load_cr3', 'nested_vmx_transition_tlb_flush'],
    decision: 'nestedTransition',
    layout: 'nested',
    bounds: { spaces: 1, cachedRoots: 1 },
    right: ['v5.15'],
    wrong: ['v5.15', 'sync-and-flush-current'],
  },
  {
    commit: '0aa1837533e5',
    file: 'x86.c',
    functions: ['kvm_vcpu_reset'],
    decision: 'initReset',
    ...FAULTS,
    right: ['v5.14'],
    wrong: ['v5.14', 'nothing'],
  },
  {
    commit: '712494de96f3',
    file: 'vmx/nested.c',
    functions: ['nested_vmx_transition_tlb_flush'],
    decision: 'newVpid',
    layout: 'vpids',
    bounds: { spaces: 1, cachedRoots: 1 },
    right: ['v6.12'],
    wrong: ['v6.12', 'flush-hardware'],
  },
  {
    commit: 'ee1fa209f5e5',
    file: 'x86.c',
    functions: ['kvm_inject_emulated_page_fault'],
    decision: 'injectedFault',
    ...FAULTS,
    right: ['v6.6'],
    wrong: ['v6.6', 'nothing'],
  },
  {
    commit: '65855ed8b034',
    file: 'mmu/paging_tmpl.h',
    functions: ['FNAME(fetch)'],
    decision: 'linkUnsyncChildren',
    layout: 'deep',
    bounds: { userPages: 0, kernelPages: 2, cachedRoots: 0 },
    right: ['v5.15'],
    wrong: ['v5.15', 'nothing'],
  },
  {
    commit: 'a955cad84cda',
    file: 'mmu/mmu.c',
    functions: ['is_page_fault_stale', 'direct_page_fault'],
    decision: 'staleFault',
    layout: 'races',
    bounds: { cachedRoots: 0 },
    right: ['v5.16'],
    wrong: ['v5.16', 'install-obsolete'],
    breaks: 'no-obsolete-root-at-entry',
  },
  {
    commit: '60d93c27859f',
    file: 'svm/svm.c',
    functions: ['svm_vcpu_run'],
    decision: 'failedEntry',
    ...FAULTS,
    right: ['v6.18'],
    wrong: ['v6.18', 'loses-flush'],
  },
];

/** A patch that touches functions, one a hunk; what it does in them is of no matter. */
function patchOf({ file, functions }: Past): string {
  const hunks = functions.map((name, i) =>
    [
      `@@ -${100 * i + 1},4 +${100 * i + 1},5 @@ static bool some_other_function(int unused)`,
      ' }',
      ' ',
      ` static void ${name}(struct kvm_vcpu *vcpu)`,
      ' {',
      '+\tchanged();',
    ].join('\n'),
  );
  return [`--- a/arch/x86/kvm/${file}`, `+++ b/arch/x86/kvm/${file}`, ...hunks, ''].join('\n');
}

const index = await KernelIndex.read();

async function verdictOf({ decision, layout, bounds }: Past, [release, value]: Past['right']) {
  const { kernel } = await chooseKernel(release, value === undefined ? {} : { [decision]: value });
  const result = await runJob(
    {
      kernel,
      layout: LAYOUTS[layout],
      bounds,
      contract: CONTRACTS.kvm,
      tlbs: 'apart',
      flushesOrdered: false,
    },
    { limits: limits() },
  );
  const broken = result.violations.map(({ property }) => property);
  return result.complete && broken.length === 0 ? 'holds' : broken;
}

describe('the way from a patch to its verdict', () => {
  it.each(PAST)('$commit: $functions', async (past) => {
    const parts = touchedParts(patchOf(past), index);
    expect(parts.map(({ name }) => name)).toEqual(past.functions);
    expect(parts.flatMap(({ decisions }) => decisions)).toContain(past.decision);
    expect(DECISIONS[past.decision].values).toHaveProperty(past.wrong[1] ?? past.right[1] ?? '');
    expect(await verdictOf(past, past.right)).toBe('holds');
    expect(await verdictOf(past, past.wrong)).toContain(past.breaks ?? 'vtlb-within-guest-tlb');
  });

  it('is the same from the command line', () => {
    const past = PAST.find(({ commit }) => commit === 'b53e84eed08b') as Past;
    const told = vtlb(['kernels', 'v5.14', '--diff', '-'], patchOf(past)).stdout;
    expect(told).toMatch(/^flushGuestService +unload +hardware-only, /m);
    const check = ['check', '--kernel', 'v5.14', '--bound', 'spaces=1'];
    expect(vtlb([...check, '--set', 'flushGuestService=hardware-only']).status).toBe(1);
    expect(vtlb(check).status).toBe(0);
  });
});
