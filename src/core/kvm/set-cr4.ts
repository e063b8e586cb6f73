import type { CoreEvent } from '../event.ts';
import type { Core } from '../machine.ts';
import { get, set } from '../row/field.ts';
import type { VcpuFields } from '../row/fields.ts';
import { CONSULTED, note } from '../row/notes.ts';
import { requestFlush } from './requests.ts';
import { changeRole, resetContext } from './reset-context.ts';
import { freePrevRoots, freePrevRootsWithLowBits0, unload } from './roots.ts';

/** Everything that a decision may make a CR4 write do. */
type Effect = Core['kernel']['pcideSet' | 'pcideClear' | 'pgeToggle' | 'smepSet'];

/**
 * MOV to CR4, after its checks. Where effects exclude each other, a change of SMEP comes before one of PCIDE,
 * and that before one of PGE.
 *
 * @source kernel: kvm_set_cr4, kvm_post_set_cr4, KVM_MMU_CR4_ROLE_BITS
 */
export function setCr4(m: Core, v: VcpuFields, event: Extract<CoreEvent, { kind: 'mov-cr4' }>): void {
  const smepSet = event.smep === 1 && get(m, v.smep) === 0;
  const smepChanged = event.smep >= 0 && event.smep !== get(m, v.smep);
  const pcideChanged = event.pcide >= 0 && event.pcide !== get(m, v.pcide);
  const pgeChanged = event.pge >= 0 && event.pge !== get(m, v.pge);
  if (event.pcide >= 0) set(m, v.pcide, event.pcide);
  if (event.pge >= 0) set(m, v.pge, event.pge);
  if (event.smep >= 0) set(m, v.smep, event.smep);

  const exclusive = m.kernel.cr4Effects === 'exclusive';
  let done = false;
  let flushesGuest = false;
  if (smepChanged) {
    changeRole(m, v, smepSet);
    done = exclusive;
  }
  if (pcideChanged && !done) {
    const effect = pcideEffect(m, event.pcide);
    apply(m, v, effect);
    if (effect === 'flush-guest') flushesGuest = true;
    if (effect !== 'nothing') done = exclusive;
  }
  if (pgeChanged && !done) {
    note(m, CONSULTED.pgeToggle);
    apply(m, v, m.kernel.pgeToggle);
    if (m.kernel.pgeToggle === 'flush-guest') flushesGuest = true;
  }
  if (smepChanged || (pcideChanged && pgeChanged)) note(m, CONSULTED.cr4Effects);
  if (smepSet && !exclusive) {
    note(m, CONSULTED.smepSet);
    if (!flushesGuest) apply(m, v, m.kernel.smepSet);
  }
}

function pcideEffect(m: Core, pcide: number): Effect {
  if (pcide === 1) {
    note(m, CONSULTED.pcideSet);
    return m.kernel.pcideSet;
  }
  note(m, CONSULTED.pcideClear);
  return m.kernel.pcideClear;
}

function apply(m: Core, v: VcpuFields, effect: Effect): void {
  switch (effect) {
    case 'nothing':
      return;
    case 'reset':
      resetContext(m, v);
      return;
    case 'unload':
      unload(m, v);
      return;
    case 'free-prev-roots':
      freePrevRoots(m, v);
      return;
    case 'free-low-bits-0':
      freePrevRootsWithLowBits0(m, v);
      return;
    default:
      requestFlush(m, v, effect);
  }
}
