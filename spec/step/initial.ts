import { allowRefill } from '../architecture/guest-tlb.ts';
import { resetRegisters } from '../kvm/reset.ts';
import type { Layout } from '../layouts/layout.ts';
import { copyMachine } from '../schema/copy.ts';
import type { Machine } from '../state/machine.ts';
import { emptyTlbs, type Vcpu } from '../state/vcpu.ts';
import { noWork } from '../state/work.ts';
import type { World } from '../world/world.ts';
import { enterAll } from './enter.ts';
import { speculate } from './speculate.ts';
import { onTlbs } from './tlb-port.ts';

/**
 * The machine at the start: every vCPU in the first space with CR0.WP=1 and CR4.PCIDE=PGE=SMEP=0, the tables
 * as the layout gives them, entered once.
 */
export function initialMachine(world: World): Machine {
  const { layout } = world;
  const machine: Machine = {
    memory: structuredClone(layout.memory),
    shadow: {},
    writable: Object.fromEntries(Object.keys(layout.memory).map((page) => [page, false])),
    vcpus: Array.from({ length: layout.bounds.vcpus }, () => resetVcpu(layout)),
    work: noWork(),
  };
  for (const vcpu of machine.vcpus) allowRefill(vcpu.guest, world.contract, (effect) => onTlbs(vcpu, effect));
  enterAll(world, machine, 0);
  speculate(world, machine);
  machine.work = noWork();
  // With its fields in the order that they have in every copy of it.
  return copyMachine(machine);
}

function resetVcpu(layout: Layout): Vcpu {
  return {
    guest: { ...resetRegisters(layout.spaces[0] as string), ownVpid: false },
    mmu: {
      root: null,
      prevRoots: Array.from({ length: layout.bounds.cachedRoots }, () => null),
      requests: [],
      hardwareCr3: null,
    },
    tlbs: emptyTlbs(),
    entryFails: false,
    mayStore: Object.fromEntries(Object.keys(layout.memory).map((page) => [page, false])),
  };
}
