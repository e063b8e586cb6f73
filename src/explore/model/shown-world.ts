import { KernelError } from '../../../spec/define/kernel.ts';
import type { World } from '../../../spec/world/world.ts';
import { KernelPanic, UnsupportedLayout } from '../../conform/kernel-machine.ts';
import { PlainLinux, type PlainSetting } from '../../linux/plain.ts';
import { formatEvent } from '../../trace/print.ts';
import type { LinuxCode } from '../linux-code.ts';

/** A world as the page shows it. */
export interface ShownWorld extends World {
  /** Linux's own code, where that is the KVM. */
  readonly code?: PlainLinux;
}

/** Machines that are kept, each with all that it has carried out. */
const MOST_KEPT = 4;

const kept = new Map<string, PlainLinux>();

/** The world of Linux's own code. @throws KernelError if the code does not come to its first event */
export function worldOfCode({ digest, module }: LinuxCode, setting: PlainSetting): ShownWorld {
  const { layout, contract, events = [] } = setting;
  const texts = [...layout.events, ...events].map(formatEvent);
  const key = JSON.stringify([digest, contract.name, layout.name, layout.bounds, [...new Set(texts)]]);
  try {
    const code = kept.get(key) ?? new PlainLinux(module, setting);
    kept.delete(key);
    kept.set(key, code);
    if (kept.size > MOST_KEPT) kept.delete([...kept.keys()][0] as string);
    return { layout, contract, kernel: code.kernel, code };
  } catch (error) {
    if (error instanceof KernelPanic || error instanceof UnsupportedLayout)
      throw new KernelError(error.message);
    throw error;
  }
}
