import { isUnsyncRoot } from '../kvm/sync.ts';
import type { Core } from '../machine.ts';
import { getBefore } from '../row/before.ts';
import { get } from '../row/field.ts';
import type { ShadowPageFields, VcpuFields } from '../row/fields.ts';
import { AROSE, note } from '../row/notes.ts';
import { INVALID, isObsolete, pgdOf, topOf } from '../state/root.ts';
import { hardwareTag, hardwareTop } from '../state/vcpu.ts';
import { frameBit, shadowWalk } from '../state/walk.ts';

/** Whether a root came out of prev_roots in this step unsynced or without a flush of the hardware TLB. */
export function cameOutUnsettled(m: Core, v: VcpuFields): boolean {
  if (!cameFromPrevRoots(m, v)) return false;
  note(m, AROSE['prev-roots-outside-vtlb']);
  const root = get(m, v.root);
  if (!isObsolete(m, root) && leadsToUnsync(m, root)) return true;
  const top = m.layout.tops[hardwareTop(m, v)]!;
  return holdsMoreThanWalk(m, v, top);
}

/** Whether a vCPU has a cached root. */
export function anyCachedRoot(m: Core, v: VcpuFields): boolean {
  let any = 0;
  for (const slot of v.prevRoots) any |= get(m, slot);
  return any !== INVALID;
}

function cameFromPrevRoots(m: Core, v: VcpuFields): boolean {
  const root = get(m, v.root);
  if (root === INVALID || root === getBefore(m, v.root)) return false;
  let came = false;
  for (const slot of v.prevRoots) {
    const cached = getBefore(m, slot);
    if (cached !== INVALID && pgdOf(m, cached) === pgdOf(m, root)) came = true;
  }
  return came;
}

function leadsToUnsync(m: Core, root: number): boolean {
  const top = m.layout.tops[topOf(m, root)]!;
  return isUnsyncRoot(m, top);
}

/** Whether the hardware TLB holds something that the current root has not given since. */
function holdsMoreThanWalk(m: Core, v: VcpuFields, top: ShadowPageFields): boolean {
  const tag = hardwareTag(m, v);
  let more = 0;
  for (const page of m.layout.pages) {
    const walked = frameBit(shadowWalk(m, top, page));
    for (let pcid = 0; pcid < m.layout.pcids; pcid++) {
      const entries = get(m, v.hardwareTlb.slots[pcid]![page.index]!);
      more |= entries & ~(pcid === tag ? walked : 0);
    }
  }
  return more !== 0;
}
