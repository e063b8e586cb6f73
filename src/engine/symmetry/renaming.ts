import type { Bounds } from '../../../spec/layouts/bounds.ts';
import type { RowLayout } from '../rows/fields.ts';
import { pagesOfEntries } from './mapped-pages.ts';

/** A renaming of what a layout has several of alike. Each list says what a number becomes. */
export interface Renaming {
  readonly spaces: readonly number[];
  /**
   * By virtual page: what its frames become. From 1; 0, none, stays. Pages need not agree: a frame is only ever
   * compared with others of the same page.
   */
  readonly frames: readonly (readonly number[])[];
  /** Low bits of CR3 too. 0 stays: it is what tags everything while PCIDE=0. */
  readonly pcids: readonly number[];
  /** Virtual pages; each stays in its half. */
  readonly pages: readonly number[];
  readonly vcpus: readonly number[];
}

/** Renamings of one sort of thing, the others staying as they are. */
export interface Factor {
  /** In words. */
  readonly renames: string;
  readonly sort: keyof Renaming;
  /** The virtual pages that change places or frames. */
  readonly pages: readonly number[];
  readonly size: number;
  /** `size` renamings, the identity first. */
  readonly renamings: () => readonly Renaming[];
}

/** What leaves all as it is. */
export function identityOf({ spaces, frames, pcids, pages, vcpus }: RowLayout): Renaming {
  return {
    spaces: upTo(spaces),
    frames: pages.map(() => upTo(frames + 1)),
    pcids: upTo(pcids),
    pages: upTo(pages.length),
    vcpus: upTo(vcpus.length),
  };
}

/** The ways to rename what a layout has several of, sort by sort. */
export function factorsOf(rows: RowLayout, { userPages, kernelPages }: Bounds): Factor[] {
  const { spaces, frames, pcids, pages, vcpus } = rows;
  const identity = identityOf(rows);
  const factor = (
    renames: string,
    sort: Exclude<keyof Renaming, 'frames'>,
    from: number,
    to: number,
  ): Factor => ({
    renames,
    sort,
    pages: sort === 'pages' ? identity.pages.slice(from, to) : [],
    size: factorial(to - from),
    renamings: () => permutationsOf(identity[sort], from, to).map((list) => ({ ...identity, [sort]: list })),
  });
  const framesOf = (alike: readonly number[]): Factor => ({
    renames: `frames of ${alike.map((page) => pages[page]?.name).join(' and ')}`,
    sort: 'frames',
    pages: alike,
    size: factorial(frames),
    renamings: () =>
      permutationsOf(upTo(frames + 1), 1, frames + 1).map((list) => ({
        ...identity,
        frames: identity.frames.map((same, page) => (alike.includes(page) ? list : same)),
      })),
  });
  return [
    factor('spaces', 'spaces', 0, spaces),
    ...pagesOfEntries(rows).map(framesOf),
    factor('nonzero PCIDs', 'pcids', 1, pcids),
    factor('user pages', 'pages', 0, userPages),
    factor('kernel pages', 'pages', userPages, userPages + kernelPages),
    factor('vCPUs', 'vcpus', 0, vcpus.length),
  ].filter(({ size }) => size > 1);
}

/** One renaming after another. */
export function compose(first: Renaming, second: Renaming): Renaming {
  const then = (one: readonly number[], other: readonly number[]) =>
    one.map((number) => other[number] as number);
  return {
    spaces: then(first.spaces, second.spaces),
    frames: first.frames.map((frames, page) =>
      then(frames, second.frames[first.pages[page] as number] as readonly number[]),
    ),
    pcids: then(first.pcids, second.pcids),
    pages: then(first.pages, second.pages),
    vcpus: then(first.vcpus, second.vcpus),
  };
}

function factorial(count: number): number {
  return count < 2 ? 1 : count * factorial(count - 1);
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** A list with what lies from one place up to another in every order, the given one first. */
function permutationsOf(list: readonly number[], from: number, to: number): number[][] {
  return permutations(list.slice(from, to)).map((middle) => [
    ...list.slice(0, from),
    ...middle,
    ...list.slice(to),
  ]);
}

/** Every order of some numbers, the given one first. */
function permutations(numbers: readonly number[]): number[][] {
  if (numbers.length < 2) return [[...numbers]];
  return numbers.flatMap((first, i) => permutations(numbers.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}
