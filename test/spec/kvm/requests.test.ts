import { expect, it } from 'vitest';
import { checkRequest, flushRemoteTlbs, makeRequest } from '../../../spec/kvm/requests.ts';
import { scene } from '../helpers.ts';

it('a request raised twice is pending once', () => {
  const here = scene();
  makeRequest(here, 'MMU_SYNC');
  makeRequest(here, 'MMU_SYNC');
  expect(here.vcpu.mmu.requests).toEqual(['MMU_SYNC']);
});

it('a check withdraws the request', () => {
  const here = scene();
  makeRequest(here, 'MMU_SYNC');
  expect([checkRequest(here, 'MMU_SYNC'), checkRequest(here, 'MMU_SYNC')]).toEqual([true, false]);
});

it('a remote flush asks every vCPU, the one that acts too', () => {
  const here = scene({ layout: 'smp' });
  flushRemoteTlbs(here);
  expect(here.machine.vcpus.map(({ mmu }) => mmu.requests)).toEqual([['TLB_FLUSH'], ['TLB_FLUSH']]);
});
