import { expect, it } from 'vitest';
import { hardwareEntriesBacked } from '../../../spec/properties/hardware-entries-backed.ts';
import { foundInState } from '../../../spec/properties/judge.ts';
import { access, inUse, scene, shadowOf } from '../helpers.ts';

it('every hardware entry has the SPTE that it came from', () => {
  const { world, machine } = scene({}, access('u0'));
  expect(foundInState(hardwareEntriesBacked, world, machine)).toBeNull();
});

it('an SPTE dropped without a flush is missed', () => {
  const here = scene({}, access('u0'));
  shadowOf(here, 'a.u@wp').entries[0] = null;
  expect(foundInState(hardwareEntriesBacked, here.world, here.machine)).toBe(
    'cpu 0: no SPTE maps u0 to f1 any more',
  );
});

it('and so is an entry that no SPTE ever gave', () => {
  const here = scene({}, access('u0'));
  inUse(here.vcpu).hardware = [...inUse(here.vcpu).hardware, { pcid: 0, page: 'u0', frame: 'f2' }];
  expect(foundInState(hardwareEntriesBacked, here.world, here.machine)).toBe(
    'cpu 0: no SPTE maps u0 to f2 any more',
  );
});
