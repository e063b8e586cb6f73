import type { Kernel } from '../kernels/decisions.ts';
import { type Here, only, pcidOf } from './here.ts';
import { and, equal, known, not, type Term, TRUE } from './logic.ts';
import {
  type Finds,
  freePrevRoots,
  invalidatePcid,
  newPgd,
  syncAndFlushCurrent,
  syncBeforeSwitch,
  unload,
} from './roots.ts';
import { fixed } from './vocabulary.ts';

/** MOV to CR3 of the value in use, or of another, which looks for a root. @source setCr3 of spec/kvm; kernel: kvm_set_cr3 */
export function setCr3(here: Here, space: Term, low: Term, noflush: boolean, finds: Finds | 'same'): void {
  const { vcpu, state } = here;
  const isSame = and(equal(space, state.cr3Space(vcpu)), equal(low, state.cr3Low(vcpu)));
  here.require(equal(known(finds === 'same'), isSame));
  if (!noflush) syncBeforeSwitch(here);
  if (finds !== 'same') newPgd(here, space, low, noflush, finds);
  here.assign(only(vcpu, TRUE), { cr3Space: () => space, cr3Low: () => low });
  here.allowsRefill = true;
  if (noflush) return;
  if (here.asks('movCr3Flush') === 'invalidate-pcid') invalidatePcid(here, pcidOf(here.state, vcpu, low));
  else if (finds === 'same') syncAndFlushCurrent(here, TRUE);
}

/** Follows a change of a role bit. @source changeRole of spec/kvm; kernel: kvm_post_set_cr0, kvm_post_set_cr4 */
function changeRole(here: Here, smepSet: boolean, finds: Finds): void {
  const { vcpu, state } = here;
  const how = here.asks('roleChange');
  const keeps = how === 'keep-roots-always' || (how === 'keep-roots' && !smepSet);
  if (keeps) newPgd(here, state.cr3Space(vcpu), state.cr3Low(vcpu), true, finds);
  else here.require(known(finds === 'none'));
  if (!keeps && how !== 'nothing') unload(here, TRUE);
}

/** MOV to CR0 that changes WP. @source setCr0 of spec/kvm; kernel: kvm_set_cr0 */
export function setCr0(here: Here, wp: Term, finds: Finds): void {
  const { vcpu, state } = here;
  here.require(not(equal(wp, state.wp(vcpu))));
  here.assign(only(vcpu, TRUE), { wp: () => wp });
  changeRole(here, false, finds);
}

/** How a MOV to CR4 changes a bit. */
export type Change = 'set' | 'cleared' | 'kept';

/** How it changes each. */
export interface Cr4Change {
  readonly pcide: Change;
  readonly smep: Change;
  readonly togglesPge: boolean;
}

type Effect =
  | 'change-role'
  | Kernel['pcideSet']
  | Kernel['pcideClear']
  | Kernel['pgeToggle']
  | Kernel['smepSet'];

/** MOV to CR4. @source setCr4 and postSetCr4 of spec/kvm; kernel: kvm_set_cr4, kvm_post_set_cr4 */
export function setCr4(here: Here, change: Cr4Change, finds: Finds): void {
  const { vcpu, state } = here;
  const { pcide, smep, togglesPge } = change;
  const after = (how: Change, old: Term) => (how === 'kept' ? old : known(how === 'set'));
  here.assign(only(vcpu, TRUE), {
    pcide: (v) => after(pcide, state.pcide(v)),
    smep: (v) => after(smep, state.smep(v)),
    pge: (v) => (togglesPge ? not(state.pge(v)) : state.pge(v)),
  });
  if (smep === 'kept') here.require(known(finds === 'none'));
  const effects: Effect[] = [
    smep === 'kept' ? 'nothing' : 'change-role',
    pcide === 'set' ? here.asks('pcideSet') : 'nothing',
    pcide === 'cleared' ? here.asks('pcideClear') : 'nothing',
    togglesPge ? here.asks('pgeToggle') : 'nothing',
  ];
  const due: Effect[] = effects.filter((effect) => effect !== 'nothing');
  if (here.asks('cr4Effects') === 'exclusive') due.length = Math.min(due.length, 1);
  else if (smep === 'set' && !due.includes('flush-guest')) due.push(here.asks('smepSet'));
  for (const effect of due) apply(here, effect, smep === 'set', finds);
}

function apply(here: Here, effect: Effect, smepSet: boolean, finds: Finds): void {
  if (effect === 'change-role') changeRole(here, smepSet, finds);
  else if (effect === 'reset' || effect === 'unload') unload(here, TRUE);
  else if (effect === 'free-prev-roots') freePrevRoots(here, TRUE, () => TRUE);
  else if (effect === 'free-low-bits-0') freePrevRoots(here, TRUE, (_s, l) => equal(l, fixed.zero));
  else if (effect !== 'nothing') requestFlush(here, effect);
}

/** Raises the requests that a flush by the guest comes to. @source requestFlush of spec/kvm */
export function requestFlush(here: Here, flush: Kernel['invpcidAll'] | 'flush-current'): void {
  if (flush === 'reload') here.raise('reload', TRUE);
  if (flush === 'flush-guest') here.raise('flushGuest', TRUE);
  if (flush === 'sync-and-flush-current') here.raise('sync', TRUE);
  if (flush === 'sync-and-flush-current' || flush === 'flush-current') here.raise('flushCurrent', TRUE);
}

/** INIT. @source vcpuReset and resetRegisters of spec/kvm; kernel: kvm_vcpu_reset */
export function vcpuReset(here: Here): void {
  const off = () => known(false);
  here.assign(only(here.vcpu, TRUE), {
    wp: () => TRUE,
    cr3Low: () => fixed.zero,
    pcide: off,
    pge: off,
    smep: off,
    guestMode: off,
  });
  here.allowsRefill = true;
  const how = here.asks('initReset');
  if (how !== 'nothing') unload(here, TRUE);
  if (how === 'reset-and-flush-guest') here.raise('flushGuest', TRUE);
}
