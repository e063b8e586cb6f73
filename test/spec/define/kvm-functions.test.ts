import { describe, expect, it } from 'vitest';
import { defineKernel } from '../../../spec/define/kernel.ts';
import {
  functionsNear,
  KVM_FUNCTION_NAMES,
  type KvmFunctionName,
  type KvmFunctions,
} from '../../../spec/define/kvm-functions.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import * as kvm from '../../../spec/kvm/index.ts';
import type { Here } from '../../../spec/world/world.ts';
import { cpuOf, rootsOf, scene } from '../helpers.ts';

const EXPORTED = Object.entries(kvm) as unknown as [string, (here: Here) => unknown][];

describe('each function of KVM', () => {
  it.each(KVM_FUNCTION_NAMES)('%s is replaced under the name by which it is exported', (name) => {
    const own = (here: Here) => [name, here.vcpu.mmu.root?.pgd.space];
    const here = scene();
    const world = { ...here.world, kernel: defineKernel({ base: 'v6.12', kvm: { [name]: own } }) };
    const [, called] = EXPORTED.find(([each]) => each === name) as (typeof EXPORTED)[number];
    expect(called({ ...here, world })).toEqual([name, 'a']);
  });

  it('is itself where the kernel replaces another, or none', () => {
    const unload = (here: Here) => kvm.freeCurrentRoot(here);
    const here = scene({ kernel: { base: 'v6.12', kvm: { unload } } });
    kvm.freePrevRoots(here, () => true);
    expect(rootsOf(here.vcpu)).toBe('a|0 - - -');
  });

  it('has its original, which calls what the kernel replaces', () => {
    const calls: string[] = [];
    const own: Partial<KvmFunctions> = {
      unload: (here) => {
        calls.push('unload');
        kvm.unload.original(here);
      },
      freeCurrentRoot: () => calls.push('freeCurrentRoot'),
    };
    const here = scene();
    kvm.resetContext({
      ...here,
      world: { ...here.world, kernel: defineKernel({ base: 'v6.12', kvm: own }) },
    });
    expect([calls, rootsOf(here.vcpu)]).toEqual([['unload', 'freeCurrentRoot'], 'a|0 - - -']);
  });

  it('is replaced on other vCPUs too, and at the start', () => {
    const loaded: number[] = [];
    const load = (here: Here) => {
      loaded.push(here.machine.vcpus.findIndex(({ mmu }) => mmu === here.vcpu.mmu));
      kvm.reload.original(here);
    };
    const { machine } = scene({ layout: 'smp', kernel: { base: 'v6.12', kvm: { reload: load } } });
    expect(loaded).toEqual([0, 1]);
    expect(rootsOf(cpuOf(machine, 1))).toBe('a|0 - - -');
  });
});

describe('defineKernel', () => {
  it('takes functions, and keeps them from being changed afterwards', () => {
    const own = { unload: () => {} };
    const kernel = defineKernel({ base: 'v6.12', kvm: own });
    expect(kernel).toEqual({ ...KERNELS['v6.12'], kvm: { unload: own.unload } });
    own.unload = () => expect.unreachable();
    kernel.kvm?.unload?.(scene());
    expect(defineKernel({ base: 'v6.12', kvm: {} })).toEqual(KERNELS['v6.12']);
  });

  it.each([
    ['syncPrevRootz', /'syncPrevRootz': expected .*syncPrevRoots/],
    ['kvm_mmu_sync_prev_roots', /expected (one of )?syncPrevRoots/],
    ['kvm_vcpu_flush_tlb_guest', /expected one of vcpuFlushTlbGuest, flushTlbGuest/],
    ['x', /expected one of allocShadowPage, asyncPageReady, .*zapPage$/],
    ['shadowPage', /no function 'shadowPage'/],
    ['toString', /no function 'toString'/],
  ])('refuses %s, which is none, and says what may be meant', (name, message) => {
    expect(() => defineKernel({ base: 'v6.12', kvm: { [name]: () => {} } })).toThrow(message);
  });

  it('refuses what is no function', () => {
    const define = (own: object | null) => () => defineKernel({ base: 'v6.12', kvm: own as object });
    expect(define({ unload: undefined })).toThrow('kvm.unload is no function');
    expect(define(null)).toThrow('kvm is no object');
  });
});

it('names that have nothing in common are not near', () => {
  expect(functionsNear('zzz')).toEqual([]);
  const near: KvmFunctionName[] = functionsNear('invalidate');
  expect(near).toContain('invalidatePcid');
});
