import { CONTRACTS, type ContractName } from '../../spec/contracts/named.ts';
import { defineKernel } from '../../spec/define/kernel.ts';
import { type Guest, GuestError } from '../../spec/guests/guest.ts';
import { GUESTS, type GuestName } from '../../spec/guests/named.ts';
import type { KernelName } from '../../spec/kernels/named.ts';
import { BoundError, type BoundName, type Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import type { World } from '../../spec/world/world.ts';

/** Where a search takes place. */
export interface Place {
  readonly layout: LayoutName;
  readonly bounds: Readonly<Bounds>;
  readonly guest: GuestName | null;
}

/** A search as `vtlb check` may be asked for it. */
export interface Configuration extends Place {
  readonly kernel: KernelName;
  readonly set: Readonly<Record<string, string>>;
  readonly contract: ContractName;
  readonly tlbs: 'apart' | 'whole';
  readonly symmetry: boolean;
  readonly workers: number;
  /** Shares of the states, in percent and growing: with each of them the search is stopped, and resumed. */
  readonly stops: readonly number[];
  /** States beyond which the plain search does not go. */
  readonly plainStates: number;
}

/** The world that a configuration is about. @throws BoundError when its bounds describe no guest */
export function worldOf({ kernel, set, contract, layout, bounds }: Configuration): World {
  return {
    kernel: defineKernel({ base: kernel, ...set }),
    contract: CONTRACTS[contract],
    layout: buildLayout(LAYOUTS[layout], bounds),
  };
}

/** The guest of a configuration. @throws GuestError when the layout is none of its own */
export function guestOf({ guest, layout, bounds }: Place): Guest<unknown> | null {
  return guest === null ? null : (GUESTS[guest](buildLayout(LAYOUTS[layout], bounds)) as Guest<unknown>);
}

/** Whether bounds describe a guest, and one that can be run there. */
export function isPossible(place: Place): boolean {
  try {
    buildLayout(LAYOUTS[place.layout], place.bounds);
    guestOf(place);
    return true;
  } catch (error) {
    if (error instanceof GuestError || error instanceof BoundError) return false;
    throw error;
  }
}

/** The `vtlb check` that carries out a configuration, without stops and threads. */
export function checkArguments(configuration: Configuration): string[] {
  const { kernel, set, contract, layout, bounds, guest, tlbs, symmetry } = configuration;
  const { bounds: own } = buildLayout(LAYOUTS[layout]);
  return [
    ...['check', '--kernel', kernel, '--contract', contract, '--layout', layout, '--tlbs', tlbs],
    ...Object.entries(bounds).flatMap(([name, value]) =>
      value === own[name as BoundName] ? [] : ['--bound', `${name}=${value}`],
    ),
    ...Object.entries(set).flatMap(([decision, value]) => ['--set', `${decision}=${value}`]),
    ...(guest === null ? [] : ['--guest', guest]),
    ...(symmetry ? ['--symmetry'] : []),
  ];
}
