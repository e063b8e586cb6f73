import type { Layout } from '../../../spec/layouts/layout.ts';

/** A renaming of what a layout has several of alike. Each list says what a number becomes. */
export interface Renaming {
  readonly spaces: readonly number[];
  /** From 1; 0, none, stays. */
  readonly frames: readonly number[];
  /** Low bits of CR3 too. 0 stays: it is what tags everything while PCIDE=0. */
  readonly pcids: readonly number[];
  /** Virtual pages; each stays in its half. */
  readonly pages: readonly number[];
}

/** Renamings of one sort of thing, the others staying as they are. */
export interface Factor {
  readonly renames: string;
  readonly renamings: readonly Renaming[];
}

/** The ways to rename the spaces, frames, PCIDs and pages of a layout, sort by sort. */
export function factorsOf({ bounds, virtualPages }: Layout): Factor[] {
  const { spaces, frames, pcids, userPages, kernelPages } = bounds;
  const identity: Renaming = {
    spaces: upTo(spaces),
    frames: upTo(frames + 1),
    pcids: upTo(pcids),
    pages: upTo(virtualPages.length),
  };
  const factor = (renames: string, sort: keyof Renaming, from: number, to: number): Factor => ({
    renames,
    renamings: permutations(identity[sort].slice(from, to)).map((middle) => ({
      ...identity,
      [sort]: [...identity[sort].slice(0, from), ...middle, ...identity[sort].slice(to)],
    })),
  });
  return [
    factor('spaces', 'spaces', 0, spaces),
    factor('frames', 'frames', 1, frames + 1),
    factor('nonzero PCIDs', 'pcids', 1, pcids),
    factor('user pages', 'pages', 0, userPages),
    factor('kernel pages', 'pages', userPages, userPages + kernelPages),
  ].filter(({ renamings }) => renamings.length > 1);
}

/** One renaming after another. */
export function compose(first: Renaming, second: Renaming): Renaming {
  const then = (sort: keyof Renaming) => first[sort].map((number) => second[sort][number] as number);
  return { spaces: then('spaces'), frames: then('frames'), pcids: then('pcids'), pages: then('pages') };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Every order of some numbers, the given one first. */
function permutations(numbers: readonly number[]): number[][] {
  if (numbers.length < 2) return [[...numbers]];
  return numbers.flatMap((first, i) => permutations(numbers.toSpliced(i, 1)).map((rest) => [first, ...rest]));
}
