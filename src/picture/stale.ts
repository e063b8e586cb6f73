import type { Translation } from '../../spec/properties/vtlb.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { Frame, VirtualPage } from '../../spec/state/names.ts';
import { type Cr3, formatCr3, pcidOf } from '../../spec/state/registers.ts';
import type { ShadowPageId } from '../../spec/state/shadow.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import type { Entry } from '../../spec/state/walk.ts';
import type { World } from '../../spec/world/world.ts';
import { staleByHolder } from '../replay/stale.ts';
import type { Stale } from './picture.ts';

/** Tells since when something is stale. */
export interface StaleSince {
  /** A translation of the root with this CR3 value, whichever slot it is in. */
  readonly root: (cpu: number, cr3: Cr3, page: VirtualPage, frame: Frame) => Stale;
  /** An entry of a hardware TLB. */
  readonly hardware: (cpu: number, tag: number, page: VirtualPage, frame: Frame) => Stale;
  /** A leaf entry of a shadow page. */
  readonly leaf: (page: ShadowPageId, index: number, frame: Frame) => Stale;
}

/** Nothing is stale: for machines whose history does not count. */
export const NEVER_STALE: StaleSince = { root: () => null, hardware: () => null, leaf: () => null };

/**
 * Looks through the states of a replay for what is stale in the last of them, and for how long it has been so
 * without a break. A root is known by its CR3 value, so that it is the same one when it changes its slot.
 *
 * @param machines the start, and the state after each step
 */
export function staleSince(world: World, machines: readonly Machine[]): StaleSince {
  const past = machines.map((machine) => staleKeys(world, machine));
  const since = (key: string): Stale => {
    let step = past.length;
    while (step > 0 && past[step - 1]?.has(key)) step--;
    return step === past.length ? null : { since: step };
  };
  return {
    root: (cpu, cr3, page, frame) => since(rootKey(cpu, cr3, page, frame)),
    hardware: (cpu, tag, page, frame) => since(hardwareKey(cpu, tag, page, frame)),
    leaf: (page, index, frame) => since(leafKey(page, index, frame)),
  };
}

const rootKey = (cpu: number, cr3: Cr3, page: VirtualPage, frame: Frame) =>
  `root ${cpu} ${formatCr3(cr3)} ${page} ${frame}`;
const hardwareKey = (cpu: number, tag: number, page: VirtualPage, frame: Frame) =>
  `hardware ${cpu} ${tag} ${page} ${frame}`;
const leafKey = (page: ShadowPageId, index: number, frame: Frame) => `leaf ${page} ${index} ${frame}`;

/** Whatever is stale in one state, by name. */
function staleKeys(world: World, machine: Machine): Set<string> {
  return new Set(staleByHolder(world, machine).flatMap((stale) => keysOf(world, machine, stale)));
}

function keysOf(world: World, machine: Machine, { cpu, holder, cr3, page, frame }: Translation): string[] {
  const { guest, mmu } = machine.vcpus[cpu] as Vcpu;
  if (holder === 'hardware TLB') return [hardwareKey(cpu, pcidOf(guest.cr4, cr3), page, frame)];
  const slot = holder === 'root' ? mmu.root : mmu.prevRoots[Number(/\d+/.exec(holder)?.[0])];
  const path = world.layout.paths[page] as readonly number[];
  const leaf = leafOf(machine, slot?.page ?? null, path);
  const index = path.at(-1) as number;
  return [rootKey(cpu, cr3, page, frame), ...(leaf === null ? [] : [leafKey(leaf, index, frame)])];
}

/** The level-1 shadow page at which a walk ends. */
function leafOf({ shadow }: Machine, top: Entry, path: readonly number[]): ShadowPageId | null {
  let page = top;
  for (const index of path.slice(0, -1)) page = page && (shadow[page]?.entries[index] ?? null);
  return page;
}
