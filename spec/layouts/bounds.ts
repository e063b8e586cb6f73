/** How large a layout's guest image is. */
export interface Bounds {
  /** Address spaces, each with a top page of its own. */
  spaces: number;
  /** PCIDs that a search uses: 0 to pcids-1. */
  pcids: number;
  /** Virtual pages in the user half. */
  userPages: number;
  /** Virtual pages in the kernel half, shared by all spaces. */
  kernelPages: number;
  /** Frames that a page-table entry may hold. */
  frames: number;
  vcpus: number;
  /** Slots in prev_roots; KVM has three (KVM_MMU_NUM_PREV_ROOTS). */
  cachedRoots: number;
}

/** What `--bound` may change. */
export type BoundName = keyof Bounds;

/** The least and the greatest value of each bound. */
export const BOUND_LIMITS: Readonly<Record<BoundName, readonly [least: number, greatest: number]>> = {
  spaces: [1, 8],
  pcids: [1, 16],
  userPages: [0, 8],
  kernelPages: [0, 8],
  frames: [1, 8],
  vcpus: [1, 4],
  cachedRoots: [0, 3],
};

/** What a layout has unless it says otherwise. */
export const DEFAULT_BOUNDS: Readonly<Bounds> = {
  spaces: 2,
  pcids: 2,
  userPages: 1,
  kernelPages: 0,
  frames: 2,
  vcpus: 1,
  cachedRoots: 3,
};

/** A bound outside its limits, or bounds that describe no guest. */
export class BoundError extends Error {
  override readonly name = 'BoundError';
}

/** Checks bounds. @throws BoundError that names the bound, its value and its limits */
export function checkBounds(bounds: Bounds): void {
  for (const [name, [least, greatest]] of Object.entries(BOUND_LIMITS) as [BoundName, [number, number]][]) {
    const value = bounds[name];
    if (!Number.isInteger(value) || value < least || value > greatest) {
      throw new BoundError(`bound ${name}=${value}: expected a whole number from ${least} to ${greatest}`);
    }
  }
  if (bounds.userPages + bounds.kernelPages === 0) {
    throw new BoundError('bounds userPages=0 and kernelPages=0: a guest needs at least one virtual page');
  }
}
