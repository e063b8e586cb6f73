/**
 * The specification: how KVM virtualizes a guest's TLB with shadow paging. Pure: no I/O, no clock, no engine.
 *
 * A machine is made by `initialMachine`, and changed by the recipes `step`, or `exit`, `enterAll` and
 * `speculate` one at a time.
 *
 * @module vtlb/spec
 */
export * from './architecture/faults.ts';
export * from './architecture/guest-tlb.ts';
export * from './architecture/hardware-tlb.ts';
export * from './architecture/invalidations.ts';
export * from './architecture/processor.ts';
export * from './bugs/bug.ts';
export * from './bugs/bugs.ts';
export * from './claims/claim.ts';
export * from './claims/claims.ts';
export * from './contracts/contract.ts';
export * from './contracts/invalidation.ts';
export * from './contracts/named.ts';
export * from './define/kernel.ts';
export * from './define/kvm-functions.ts';
export * from './events/event.ts';
export * from './guests/guest.ts';
export * from './guests/linux.ts';
export * from './guests/linux-kpti.ts';
export * from './guests/named.ts';
export * from './kernels/decisions.ts';
export * from './kernels/functions.ts';
export * from './kernels/named.ts';
export * from './kernels/releases.ts';
export * from './kernels/what-ifs.ts';
/** KVM's functions under the kernel's names: what a kernel may replace, and what its own code is written with. */
export * as kvm from './kvm/index.ts';
export * from './layouts/bounds.ts';
export * from './layouts/build.ts';
export * from './layouts/layout.ts';
export * from './layouts/named.ts';
export * from './properties/always.ts';
export * from './properties/cases.ts';
export * from './properties/flushes-ordered.ts';
export * from './properties/judge.ts';
export * from './properties/optimisations.ts';
export * from './properties/property.ts';
export * from './properties/sometimes.ts';
export * from './properties/vtlb.ts';
export * from './reducers/access.ts';
export * from './reducers/host.ts';
export * from './reducers/invlpg.ts';
export * from './reducers/invpcid.ts';
export * from './reducers/mov-cr0.ts';
export * from './reducers/mov-cr3.ts';
export * from './reducers/mov-cr3-twice.ts';
export * from './reducers/mov-cr4.ts';
export * from './reducers/nested.ts';
export * from './reducers/page-fault.ts';
export * from './reducers/write-dir.ts';
export * from './reducers/write-pte.ts';
export * from './reducers/zap-during.ts';
export * from './scenarios/scenarios.ts';
export * from './schema/at-hand.ts';
export * from './schema/copy.ts';
export * from './state/guest-memory.ts';
export * from './state/machine.ts';
export * from './state/names.ts';
export * from './state/registers.ts';
export * from './state/requests.ts';
export * from './state/shadow.ts';
export * from './state/tlb.ts';
export * from './state/tlb-effects.ts';
export * from './state/vcpu.ts';
export * from './state/walk.ts';
export * from './state/work.ts';
export * from './step/enter.ts';
export * from './step/exit.ts';
export * from './step/initial.ts';
export * from './step/leaves-guest.ts';
export * from './step/speculate.ts';
export * from './step/step.ts';
export * from './step/tlb-port.ts';
export * from './world/kvm-function.ts';
export * from './world/world.ts';
