import type { Core } from '../machine.ts';
import { getBefore } from '../row/before.ts';
import { get } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { AROSE, note } from '../row/notes.ts';
import { INVALID, isObsolete, obsoleteBit, topOf, usableRoot } from '../state/root.ts';
import { activePcid, hardwareTag, hardwareTop } from '../state/vcpu.ts';

/** Whether a request is pending where the guest runs. */
export function requestsPending(m: Core): boolean {
  let pending = 0;
  for (const v of m.layout.vcpus) pending |= get(m, v.requests);
  return pending !== 0;
}

/** Whether the root in use, in KVM or in hardware, is not the one for the guest's CR3 and role. */
export function rootMismatchesCr3(m: Core): boolean {
  let mismatch = false;
  for (const v of m.layout.vcpus) {
    const root = get(m, v.root);
    if (root !== usableRoot(m, v, get(m, v.cr3))) mismatch = true;
    if (hardwareTop(m, v) !== topOf(m, root) || hardwareTag(m, v) !== activePcid(m, v)) mismatch = true;
  }
  return mismatch;
}

/** Whether two roots of a vCPU are for the same CR3 value and role. */
export function cachedRootsAlike(m: Core): boolean {
  let alike = false;
  for (const v of m.layout.vcpus) {
    const current = get(m, v.root);
    for (let one = 0; one < v.prevRoots.length; one++) {
      const root = get(m, v.prevRoots[one]!);
      if (root !== INVALID) {
        if (sameRoot(m, root, current)) alike = true;
        for (let other = one + 1; other < v.prevRoots.length; other++) {
          const next = get(m, v.prevRoots[other]!);
          if (next !== INVALID) {
            note(m, AROSE['cached-roots-distinct']);
            if (sameRoot(m, root, next)) alike = true;
          }
        }
      }
    }
  }
  return alike;
}

/** Whether a shadow page is obsolete where the guest runs, root or not. */
export function obsoleteAtEntry(m: Core): boolean {
  let obsolete = false;
  for (const v of m.layout.vcpus) {
    if (isObsolete(m, get(m, v.root))) obsolete = true;
    for (const slot of v.prevRoots) if (isObsolete(m, get(m, slot))) obsolete = true;
  }
  for (const page of m.layout.obsoletePages) if (get(m, page.exists) === 1) obsolete = true;
  return obsolete;
}

/**
 * Whether a step that changed the roots left prev_roots in another order than that of last use. Without branches,
 * since which slots match is anybody's guess. A place is a bit, the current root's the lowest; 0 is none.
 */
export function cachedRootsOutOfOrder(m: Core, v: VcpuFields): boolean {
  let place = 0;
  let wrong = 0;
  for (const slot of v.prevRoots) {
    const root = get(m, slot);
    const held = isNot0(root);
    const places = placesBefore(m, v, root);
    const first = places & -places;
    wrong |= held & (1 ^ isLess(place, first));
    place = (place & (held - 1)) | (first & -held);
  }
  return wrong !== 0;
}

/** The slots that held a root before the step, zapped since or not, the current root first. */
function placesBefore(m: Core, v: VcpuFields, root: number): number {
  let places = 1 ^ isNot0((getBefore(m, v.root) ^ root) & ~obsoleteBit(m));
  for (let slot = 0; slot < v.prevRoots.length; slot++) {
    const unlike = isNot0((getBefore(m, v.prevRoots[slot]!) ^ root) & ~obsoleteBit(m));
    places |= (1 ^ unlike) << (slot + 1);
  }
  return places;
}

/** 1 if a number is not 0. */
function isNot0(number: number): number {
  return (number | -number) >>> 31;
}

/** 1 if one number is less than another, neither of them negative. */
function isLess(one: number, other: number): number {
  return (one - other) >>> 31;
}

/** Whether two slots hold the root of one CR3 value and role, zapped or not. */
function sameRoot(m: Core, one: number, other: number): boolean {
  return one !== INVALID && ((one ^ other) & ~obsoleteBit(m)) === 0;
}
