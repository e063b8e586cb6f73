import { join } from 'node:path';
import { type BoundName, type Bounds, DEFAULT_BOUNDS } from '../../spec/layouts/bounds.ts';
import { LAYOUTS, type LayoutName } from '../../spec/layouts/named.ts';
import { linuxName } from '../linux/tree.ts';
import type { Means, Plan } from './plan.ts';
import { answerName, type Search } from './search.ts';

/** A search of a plan as the command that carries it out. */
export interface Line {
  readonly search: Search;
  /** The file of its answer. */
  readonly file: string;
  /** The words behind `vtlb`. */
  readonly words: readonly string[];
}

/** The lines of a plan whose answers lie in a folder. */
export function linesOf({ searches, build, means }: Plan, folder: string): Line[] {
  return searches.map((search) => {
    const file = join(folder, answerName(search, build));
    return { search, file, words: [...wordsOf(search, means), '--answer', file] };
  });
}

/** A line as a shell takes it. */
export function commandOf({ words }: Pick<Line, 'words'>): string {
  return ['npx', 'vtlb', ...words.map(quoted)].join(' ');
}

/** A search in a few words: `v6.12 roleChange=keep-roots roles spaces=1 kvm`. */
export function titleOf(search: Search): string {
  return [...kernelWords(search), ...placeWords(search), search.contract].join(' ');
}

/** A kernel and what is changed in it. */
export function kernelWords({ kernel, linux, set }: Pick<Search, 'kernel' | 'linux' | 'set'>): string[] {
  return [linux ? linuxName(kernel) : kernel, ...pairsOf(set)];
}

/** A layout and the bounds in which it is not as it is by itself; `proof` for one. */
function placeWords({ layout, bounds }: Search): string[] {
  return layout === null || bounds === null ? ['proof'] : [layout, ...pairsOf(ownBounds(layout, bounds))];
}

/** The bounds that differ from the layout's own. */
export function ownBounds(layout: LayoutName, bounds: Readonly<Bounds>): Partial<Bounds> {
  const usual: Bounds = { ...DEFAULT_BOUNDS, ...LAYOUTS[layout].bounds };
  const differs = ([name, value]: [string, number]) => usual[name as BoundName] !== value;
  return Object.fromEntries(Object.entries(bounds).filter(differs));
}

/** `name=value` of each entry. */
export function pairsOf(record: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(record).map(([name, value]) => `${name}=${value}`);
}

function wordsOf(search: Search, { workers, maxMemory }: Means): string[] {
  const { task, kernel, linux, set, contract, layout, bounds } = search;
  const each = (option: string, record: Readonly<Record<string, unknown>>) =>
    pairsOf(record).flatMap((pair) => [option, pair]);
  const subject = [
    ...(linux ? ['--linux', kernel] : ['--kernel', kernel]),
    ...each('--set', set),
    '--contract',
    contract,
  ];
  if (layout === null || bounds === null) return [task, ...subject];
  return [
    task,
    ...subject,
    '--layout',
    layout,
    ...each('--bound', ownBounds(layout, bounds)),
    '--workers',
    String(workers),
    ...(maxMemory === null ? [] : ['--max-memory', String(maxMemory)]),
  ];
}

/** A word as every shell takes it for one. */
function quoted(word: string): string {
  return /^[\w./=:,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
