import type { Here } from './world.ts';

/** One of KVM's functions: called like any, it is what the kernel that runs has in its place, if it has something. */
export interface KvmFunction<Args extends readonly unknown[], Result> {
  (here: Here, ...args: Args): Result;
  /** The specification's own, for a replacement that goes on to it. */
  readonly original: (here: Here, ...args: Args) => Result;
}

/** Defines one of KVM's functions, under the name by which a kernel may replace it. Stands for nothing by itself. */
export function kvmFunction<Args extends readonly unknown[], Result>(
  name: string,
  original: (here: Here, ...args: Args) => Result,
): KvmFunction<Args, Result> {
  const inForce = (here: Here, ...args: Args): Result => {
    const own = here.world.kernel.kvm?.[name] as typeof original | undefined;
    return own === undefined ? original(here, ...args) : own(here, ...args);
  };
  return Object.assign(inForce, { original });
}
