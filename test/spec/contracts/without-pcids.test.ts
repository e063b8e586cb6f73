import { describe, expect, it } from 'vitest';
import { guestFills } from '../../../spec/architecture/guest-tlb.ts';
import { CONTRACTS, type ContractName } from '../../../spec/contracts/named.ts';
import type { Event } from '../../../spec/events/event.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { VPIDS } from '../../../spec/state/tlb.ts';
import { initialMachine } from '../../../spec/step/initial.ts';
import { step } from '../../../spec/step/step.ts';
import { formatEvent } from '../../../src/trace/print.ts';

/** The same run, judged by either contract. */
interface Judged {
  readonly by: Readonly<Record<ContractName, Machine>>;
  readonly trace: readonly string[];
}

const worldOf = (layout: Layout, contract: ContractName) => ({
  layout,
  kernel: KERNELS['v6.12'],
  contract: CONTRACTS[contract],
});

/** All that the guest's own TLB depends on, which nothing of KVM's is among. */
const guestSide = ({ memory, vcpus }: Machine) => [
  memory,
  vcpus.map(({ guest, tlbs }) => [guest, VPIDS.map((vpid) => [tlbs[vpid].guest, tlbs[vpid].loaded])]),
];

/** Every state of the guest's side that some events lead to, once. */
function* reached(layout: Layout, events: readonly Event[]): Generator<Judged> {
  const start = (contract: ContractName) => initialMachine(worldOf(layout, contract));
  const taken = (contract: ContractName, machine: Machine, event: Event) => {
    const after = copyMachine(machine);
    step(worldOf(layout, contract), after, event);
    return after;
  };
  const seen = new Set<string>();
  const waiting: Judged[] = [{ by: { sdm: start('sdm'), kvm: start('kvm') }, trace: [] }];
  for (const judged of waiting) {
    const key = JSON.stringify([guestSide(judged.by.sdm), guestSide(judged.by.kvm)]);
    if (seen.has(key)) continue;
    seen.add(key);
    yield judged;
    const { sdm, kvm } = judged.by;
    for (const event of events) {
      const by = { sdm: taken('sdm', sdm, event), kvm: taken('kvm', kvm, event) };
      waiting.push({ by, trace: [...judged.trace, formatEvent(event)] });
    }
  }
}

const cpuOf = ({ vcpus: [vcpu] }: Machine) => {
  if (vcpu === undefined) throw new Error('no vCPU');
  return vcpu;
};
const hasPcids = ({ by }: Judged) => cpuOf(by.sdm).guest.cr4.pcide;
const held = (machine: Machine) => VPIDS.map((vpid) => cpuOf(machine).tlbs[vpid].guest);

const built = (layout: LayoutName, bounds: object) =>
  buildLayout(LAYOUTS[layout], { cachedRoots: 0, ...bounds });

describe('while PCIDE=0 the contracts are the same: by both the guest TLB holds the same,', () => {
  it.each([
    ['minimal', { pcids: 1 }],
    ['minimal', { spaces: 1 }],
    ['twice', { spaces: 2 }],
    ['nested', { spaces: 1 }],
    ['nested', { pcids: 1 }],
  ] as const)('on %s %j', (layout, bounds) => {
    let without = 0;
    let differing = 0;
    const image = built(layout, bounds);
    for (const judged of reached(image, image.events)) {
      const [sdm, kvm] = [held(judged.by.sdm), held(judged.by.kvm)];
      if (hasPcids(judged)) {
        if (JSON.stringify(sdm) !== JSON.stringify(kvm)) differing++;
        continue;
      }
      without++;
      expect([judged.trace, kvm]).toEqual([judged.trace, sdm]);
    }
    expect(without).toBeGreaterThan(1);
    expect(differing).toBeGreaterThan(0);
  });

  it('on vpids, unless another VPID was left with PCIDE=1', () => {
    const image = built('vpids', { spaces: 2 });
    const never = image.events.filter(({ kind }) => kind !== 'mov-cr4');
    let underOwnVpid = 0;
    for (const { by, trace } of reached(image, never)) {
      expect([trace, held(by.kvm)]).toEqual([trace, held(by.sdm)]);
      if (cpuOf(by.sdm).guest.ownVpid) underOwnVpid++;
    }
    expect(underOwnVpid).toBeGreaterThan(1);
  });

  it('and on vpids it takes in the same, whatever it holds', () => {
    const image = built('vpids', { spaces: 2 });
    const filling = image.events.filter(({ kind }) =>
      ['write-pte', 'mov-cr3', 'mov-cr4', 'nested'].includes(kind),
    );
    for (const judged of reached(image, filling)) {
      if (hasPcids(judged)) continue;
      const [sdm, kvm] = (['sdm', 'kvm'] as const).map((contract) => {
        const machine = judged.by[contract];
        const processor = { world: worldOf(image, contract), machine, vcpu: cpuOf(machine) };
        return VPIDS.map((vpid) => guestFills(processor, vpid));
      });
      expect([judged.trace, kvm]).toEqual([judged.trace, sdm]);
    }
  });
});

it('so after a nested entry and exit L1 sees what its own tables say', () => {
  const world = worldOf(built('nested', {}), 'kvm');
  const machine = initialMachine(world);
  const nested = { kind: 'nested', cpu: 0 } as const;
  const events: Event[] = [
    { kind: 'write-pte', cpu: 0, space: 'b', page: 'u0', frame: 'f2', emulated: false },
    { ...nested, action: 'enter', space: 'b' },
    { ...nested, action: 'exit', space: 'a' },
  ];
  for (const event of events) step(world, machine, event);
  expect(cpuOf(machine).tlbs.vpid01.guest).toEqual([{ pcid: 0, page: 'u0', frame: 'f1' }]);
});
