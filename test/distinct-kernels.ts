import type { Kernel } from '../spec/kernels/decisions.ts';
import { KERNELS, type KernelName } from '../spec/kernels/named.ts';

/** Named kernels with records of their own, the oldest name of each, and the names of those that equal it. */
export function distinctKernels(): { kernel: KernelName; same: KernelName[] }[] {
  const found: { kernel: KernelName; same: KernelName[] }[] = [];
  for (const kernel of Object.keys(KERNELS) as KernelName[]) {
    const equal = found.find((other) => recordOf(KERNELS[other.kernel]) === recordOf(KERNELS[kernel]));
    if (equal === undefined) found.push({ kernel, same: [] });
    else equal.same.push(kernel);
  }
  return found;
}

/** Equal for equal records of decisions. */
function recordOf(kernel: Kernel): string {
  return JSON.stringify(kernel, Object.keys(kernel).sort());
}
