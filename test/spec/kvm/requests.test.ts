import { expect, it } from 'vitest';
import { checkRequest, flushRemoteTlbs, makeRequest } from '../../../spec/kvm/requests.ts';
import { scene } from '../helpers.ts';

it('a request raised twice is pending once', () => {
  const { vcpu } = scene();
  makeRequest(vcpu, 'MMU_SYNC');
  makeRequest(vcpu, 'MMU_SYNC');
  expect(vcpu.mmu.requests).toEqual(['MMU_SYNC']);
});

it('a check withdraws the request', () => {
  const { vcpu } = scene();
  makeRequest(vcpu, 'MMU_SYNC');
  expect([checkRequest(vcpu, 'MMU_SYNC'), checkRequest(vcpu, 'MMU_SYNC')]).toEqual([true, false]);
});

it('a remote flush asks every vCPU, the one that acts too', () => {
  const { machine } = scene({ layout: 'smp' });
  flushRemoteTlbs(machine);
  expect(machine.vcpus.map(({ mmu }) => mmu.requests)).toEqual([['TLB_FLUSH'], ['TLB_FLUSH']]);
});
