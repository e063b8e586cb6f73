import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { initialMachine } from '../../../spec/layouts/initial.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { exit } from '../../../spec/step/exit.ts';
import { step } from '../../../spec/step/step.ts';
import { Codec } from '../../../src/search/codec.ts';
import { arbitraryEvent } from '../../arbitrary-event.ts';

describe('Codec', () => {
  it.each(Object.keys(LAYOUTS) as LayoutName[])('reads back every machine that it writes, on %s', (name) => {
    const layout = buildLayout(LAYOUTS[name], { kernelPages: 1, userPages: 2 });
    const world = { layout, kernel: KERNELS['v6.12'], contract: CONTRACTS.kvm };
    const codec = new Codec(layout);
    fc.assert(
      fc.property(fc.array(arbitraryEvent(layout), { maxLength: 30, size: 'max' }), (events) => {
        const machine = initialMachine(world);
        for (const event of events) step(world, machine, event);
        const key = codec.write(machine);
        expect(codec.read(key)).toEqual(machine);
        expect(codec.write(codec.read(key))).toBe(key);
      }),
      { numRuns: 200 },
    );
  });

  it('tells machines apart that differ in one field', () => {
    const layout = buildLayout(LAYOUTS.minimal);
    const world = { layout, kernel: KERNELS.patch, contract: CONTRACTS.kvm };
    const codec = new Codec(layout);
    const base = () => {
      const machine = initialMachine(world);
      exit(world, machine, { kind: 'access', cpu: 0, page: 'u0' });
      return machine;
    };
    const changes: ((machine: Machine) => void)[] = [
      ({ memory }) => Object.assign(memory['a.u'] ?? {}, { entries: ['f2'] }),
      ({ memory }) => Object.assign(memory['a.u'] ?? {}, { writable: true }),
      ({ shadow }) => Object.assign(shadow['a@wp'] ?? {}, { unsyncChildren: [true] }),
      ({ shadow }) => Object.assign(shadow['a@wp'] ?? {}, { writeFloodingCount: 1 }),
      ({ shadow }) => Object.assign(shadow['a.u@wp'] ?? {}, { unsync: true }),
      ({ shadow }) => Object.assign(shadow['a.u@wp'] ?? {}, { entries: [null] }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { cr0: { wp: false } }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { cr3: { space: 'a', low: 256 } }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { cr4: { pcide: false, pge: true, smep: false } }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { guestTlb: [] }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { loaded: [] }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { root: null }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { prevRoots: [null, vcpus[0]?.root ?? null, null] }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { requests: ['MMU_SYNC'] }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { hardwareCr3: { page: 'a@wp', pcid: 1 } }),
      ({ vcpus }) => Object.assign(vcpus[0] ?? {}, { hardwareTlb: [{ pcid: 0, page: 'u0', frame: 'f1' }] }),
    ];
    const keys = changes.map((change) => {
      const machine = base();
      change(machine);
      return codec.write(machine);
    });
    expect(new Set([codec.write(base()), ...keys]).size).toBe(changes.length + 1);
  });
});
