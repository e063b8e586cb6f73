import type { Event } from '../../../spec/events/event.ts';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { KVM_VCPU, UNDER_VPID } from '../../../spec/schema/schema.ts';
import { mayChange } from '../../../spec/schema/sorts.ts';
import { ROLES, type Role } from '../../../spec/state/shadow.ts';

/** What the events of a layout may change beyond what every layout's do. */
export type Changes = ReturnType<typeof whatMayChange>;

export function whatMayChange(events: readonly Event[]) {
  const { cr0, cr4, guestMode, ownVpid } = KVM_VCPU.guest.of;
  const some = (isOne: (event: Event) => boolean) => events.some(isOne);
  const zapDuring = some(({ kind }) => kind === 'zap-during');
  const zapsAll = some((event) => event.kind === 'host' && event.action === 'zap-all');
  return {
    wp: mayChange(cr0.of.wp, { events }),
    pge: mayChange(cr4.of.pge, { events }),
    smep: mayChange(cr4.of.smep, { events }),
    zap: zapDuring || zapsAll || some(({ kind }) => kind === 'write-dir'),
    zapDuring,
    migrate: mayChange(UNDER_VPID.away, { events }),
    nest: mayChange(guestMode, { events }),
    ownVpid: mayChange(ownVpid, { events }),
  };
}

/** The roles that shadow pages can have under a kernel, as numbers in `ROLES`. */
export function rolesOf({ wp, smep, nest }: Changes, smepRole: Kernel['smepRole']): readonly number[] {
  const roles: Role[] = ['wp'];
  if (wp) roles.push('nowp');
  if (wp && smep) roles.push('nowp-smep');
  if (nest) roles.push('l2');
  if (smep && smepRole === 'always') roles.push('wp-smep');
  return roles.map((role) => ROLES.indexOf(role));
}
