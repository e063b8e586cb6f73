import { describe, expect, it } from 'vitest';
import type { KernelName } from '../../../spec/kernels/named.ts';
import { handleInvpcid } from '../../../spec/kvm/handle-invpcid.ts';
import {
  access,
  invpcidAddress,
  invpcidAll,
  invpcidAllNonglobal,
  invpcidSingle,
  movCr3,
  noflush,
  rootsOf,
  SET_PCIDE,
  scene,
  shadowOf,
  writePte,
} from '../helpers.ts';

describe.each([invpcidAll, invpcidAllNonglobal])('INVPCID $type', (event) => {
  it.each([
    ['v5.12', ['MMU_RELOAD']],
    ['v5.13', ['MMU_RELOAD']],
    ['v5.14', ['TLB_FLUSH_GUEST']],
    ['v6.12', ['TLB_FLUSH_GUEST']],
  ] as const)('in %s raises %j and edits nothing else', (kernel, requests) => {
    const here = scene({ kernel }, SET_PCIDE, noflush('b|1'), noflush('a'));
    handleInvpcid(here, event);
    expect(here.vcpu.mmu.requests).toEqual(requests);
    expect(rootsOf(here.vcpu)).toBe('a|0 b|1 - -');
  });
});

describe('INVPCID single', () => {
  const pcidless = (kernel: KernelName) => {
    const here = scene({ kernel }, movCr3('b'), movCr3('a'));
    handleInvpcid(here, invpcidSingle(0));
    return [here.vcpu.mmu.requests, rootsOf(here.vcpu)];
  };

  it('with PCIDE=0 frees every cached root before 21823fbda552 too', () => {
    expect(pcidless('v5.13')).toEqual([['TLB_FLUSH_CURRENT'], 'a|0 - - -']);
  });

  it('with PCIDE=0 keeps them with the patch', () => {
    expect(pcidless('patch')).toEqual([['MMU_SYNC', 'TLB_FLUSH_CURRENT'], 'a|0 b|0 - -']);
  });

  it.each<KernelName>(['v5.13', 'v5.14', 'patch', 'v6.12'])(
    'with PCIDE=1 in %s frees the cached roots of it',
    (kernel) => {
      const here = scene({ kernel }, SET_PCIDE, noflush('b|1'), noflush('a'));
      handleInvpcid(here, invpcidSingle(1));
      expect([here.vcpu.mmu.requests, rootsOf(here.vcpu)]).toEqual([[], 'a|0 - - -']);
    },
  );
});

it('INVPCID address invalidates the address in the roots of the PCID', () => {
  const here = scene({}, access('u0'), writePte('a:u0', 'f2'));
  handleInvpcid(here, invpcidAddress(0, 'u0'));
  expect(shadowOf(here, 'a.u@wp').entries).toEqual([null]);
  expect(here.vcpu.mmu.requests).toEqual(['TLB_FLUSH']);
});
