import { basename } from 'node:path/posix';
import type { DecisionName } from '../../spec/kernels/decisions.ts';
import { type KernelIndex, leftOut } from './kernel-index.ts';
import { PatchError, type Touched, touchedBy } from './patch.ts';
import type { Unit } from './units.ts';

/** Where KVM's code for x86 stands. */
const KVM = /^(?:arch\/x86\/kvm\/|virt\/kvm\/|arch\/x86\/include\/asm\/(?:kvm|vmx|svm)|include\/linux\/kvm)/;

/** What a patch touches, and what stands for it in the model. */
export interface TouchedPart extends Touched {
  readonly units: readonly Unit[];
  readonly decisions: readonly DecisionName[];
  /** Of what the model does not have: what it belongs to, if that is known. */
  readonly leftOut: string | null;
}

/**
 * What a patch to KVM touches.
 *
 * @throws PatchError if it is no unified diff, or touches nothing of KVM
 */
export function touchedParts(patch: string, index: KernelIndex): TouchedPart[] {
  const touched = touchedBy(patch);
  const ofKvm = touched.filter(({ file }) => KVM.test(file));
  if (ofKvm.length === 0) {
    const files = [...new Set(touched.map(({ file }) => file))];
    throw new PatchError(
      `expected a patch to arch/x86/kvm, found one to ${files.slice(0, 5).join(', ') || 'no line'}`,
    );
  }
  return ofKvm.map((one) => {
    const found = one.name === '' ? { units: [], decisions: [] } : index.lookUp(one.name);
    const isIn = found.units.length + found.decisions.length > 0;
    return { ...one, ...found, leftOut: isIn ? null : (leftOut(one.name) ?? leftOut(basename(one.file))) };
  });
}
