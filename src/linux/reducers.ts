import type { Event, EventKind } from '../../spec/events/event.ts';
import { access } from '../../spec/reducers/access.ts';
import { host } from '../../spec/reducers/host.ts';
import { invlpg } from '../../spec/reducers/invlpg.ts';
import { invpcid } from '../../spec/reducers/invpcid.ts';
import { movCr0 } from '../../spec/reducers/mov-cr0.ts';
import { movCr3 } from '../../spec/reducers/mov-cr3.ts';
import { movCr4 } from '../../spec/reducers/mov-cr4.ts';
import { writeDir } from '../../spec/reducers/write-dir.ts';
import { writePte } from '../../spec/reducers/write-pte.ts';
import type { Here, Overrides, Reducer } from '../../spec/world/world.ts';

/** The specification's reducers for the events that the driver has words for. */
const DRIVEN = {
  access,
  'write-pte': writePte,
  'write-dir': writeDir,
  'mov-cr3': movCr3,
  'mov-cr4': movCr4,
  'mov-cr0': movCr0,
  invlpg,
  invpcid,
  host,
} as const satisfies Overrides;

/** The same reducers with another KVM: what the processor does, by which it is judged, stays. */
export function reducersWith(kvm: (here: Here, event: Event) => void): Overrides {
  const entries = Object.entries(DRIVEN) as [EventKind, Reducer<Event>][];
  return Object.fromEntries(entries.map(([kind, reducer]) => [kind, { ...reducer, kvm }]));
}

/** What is left of a handler without KVM: the guest's registers are as it set them. */
export function setRegisters({ vcpu }: Here, event: Event): void {
  const { guest } = vcpu;
  if (event.kind === 'mov-cr3') guest.cr3 = { space: event.space, low: event.low };
  if (event.kind === 'mov-cr4') guest.cr4 = { ...guest.cr4, ...event.bits };
  if (event.kind === 'mov-cr0') guest.cr0 = { wp: event.wp };
}
