import type { Event, Host } from '../../../spec/events/event.ts';
import { ROLES, type Role } from '../../../spec/state/shadow.ts';

/** What the events of a layout may change beyond what every layout's do. */
export interface Changes {
  readonly wp: boolean;
  readonly pge: boolean;
  readonly smep: boolean;
  readonly directories: boolean;
  readonly zap: boolean;
  readonly zapDuring: boolean;
  readonly failEntry: boolean;
  readonly migrate: boolean;
  readonly nest: boolean;
  readonly ownVpid: boolean;
}

export function whatMayChange(events: readonly Event[]): Changes {
  const writes = (bit: 'pge' | 'smep') =>
    events.some((event) => event.kind === 'mov-cr4' && event.bits[bit] !== undefined);
  const hosts = (action: Host['action']) =>
    events.some((event) => event.kind === 'host' && event.action === action);
  const directories = events.some(({ kind }) => kind === 'write-dir');
  const zapDuring = events.some(({ kind }) => kind === 'zap-during');
  return {
    wp: events.some(({ kind }) => kind === 'mov-cr0'),
    pge: writes('pge'),
    smep: writes('smep'),
    directories,
    zap: directories || zapDuring || hosts('zap-all'),
    zapDuring,
    failEntry: hosts('fail-entry'),
    migrate: hosts('migrate'),
    nest: events.some(({ kind }) => kind === 'nested'),
    ownVpid: events.some((event) => event.kind === 'nested' && 'vpid' in event),
  };
}

/** The roles that shadow pages can have, as numbers in `ROLES`. */
export function rolesOf({ wp, smep, nest }: Changes): readonly number[] {
  const roles: Role[] = ['wp'];
  if (wp) roles.push('nowp');
  if (wp && smep) roles.push('nowp-smep');
  if (nest) roles.push('l2');
  return roles.map((role) => ROLES.indexOf(role));
}
