import { expect, it } from 'vitest';
import { hardwareEntriesBacked } from '../../../spec/properties/hardware-entries-backed.ts';
import { access, scene, shadowOf } from '../helpers.ts';

it('every hardware entry has the SPTE that it came from', () => {
  const { world, machine } = scene({}, access('u0'));
  expect(hardwareEntriesBacked.violation(world, machine)).toBeNull();
});

it('an SPTE dropped without a flush is missed', () => {
  const here = scene({}, access('u0'));
  shadowOf(here, 'a.u@wp').entries[0] = null;
  expect(hardwareEntriesBacked.violation(here.world, here.machine)).toBe(
    'cpu 0: no SPTE maps u0 to f1 any more',
  );
});

it('and so is an entry that no SPTE ever gave', () => {
  const here = scene({}, access('u0'));
  here.vcpu.hardwareTlb = [...here.vcpu.hardwareTlb, { pcid: 0, page: 'u0', frame: 'f2' }];
  expect(hardwareEntriesBacked.violation(here.world, here.machine)).toBe(
    'cpu 0: no SPTE maps u0 to f2 any more',
  );
});
