import { resetRegisters } from '../kvm/reset.ts';
import type { Machine, World } from '../state/machine.ts';
import { EMPTY_TLB } from '../state/tlb.ts';
import { UNUSED_VPID, type Vcpu } from '../state/vcpu.ts';
import { noWork } from '../state/work.ts';
import { enterAll } from '../step/enter.ts';
import { speculate } from '../step/speculate.ts';
import type { Layout } from './layout.ts';

/**
 * The machine at the start: every vCPU in the first space with CR0.WP=1 and CR4.PCIDE=PGE=SMEP=0, the tables
 * as the layout gives them, entered once.
 */
export function initialMachine(world: World): Machine {
  const { layout } = world;
  const machine: Machine = {
    memory: structuredClone(layout.memory),
    shadow: {},
    vcpus: Array.from({ length: layout.bounds.vcpus }, () => resetVcpu(layout)),
    work: noWork(),
  };
  enterAll(world, machine, 0);
  speculate(world, machine);
  machine.work = noWork();
  return machine;
}

function resetVcpu(layout: Layout): Vcpu {
  return {
    ...resetRegisters(layout.spaces[0] as string),
    guestTlb: EMPTY_TLB,
    loaded: [],
    root: null,
    prevRoots: Array.from({ length: layout.bounds.cachedRoots }, () => null),
    requests: [],
    hardwareCr3: null,
    hardwareTlb: EMPTY_TLB,
    awayTlb: EMPTY_TLB,
    ownVpid: false,
    otherVpid: UNUSED_VPID,
    entryFails: false,
  };
}
