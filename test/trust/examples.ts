import type { Bounds } from '../../spec/layouts/bounds.ts';
import { buildLayout } from '../../spec/layouts/build.ts';
import { LAYOUTS } from '../../spec/layouts/named.ts';
import type { Compared } from './compare.ts';
import type { Configuration } from './configuration.ts';

/** A configuration that takes little time, with what can be compared of it. */
export interface Example {
  readonly what: string;
  readonly configuration: Configuration;
  readonly how: Compared['how'];
  readonly counted: Compared['counted'];
}

/** What an example has unless it says otherwise. */
const USUAL = {
  kernel: 'v6.12',
  set: {},
  contract: 'kvm',
  guest: null,
  tlbs: 'apart',
  symmetry: false,
  workers: 1,
  stops: [],
  plainStates: 250,
} as const;

type Own = Partial<Omit<Configuration, 'bounds'>> & Pick<Configuration, 'layout'>;

function example(
  what: string,
  [how, ...counted]: readonly [Example['how'], ...Example['counted']],
  { layout, ...own }: Own,
  bounds: Partial<Bounds>,
): Example {
  const { bounds: all } = buildLayout(LAYOUTS[layout], bounds);
  return { what, configuration: { ...USUAL, ...own, layout, bounds: all }, how, counted };
}

/** One of each sort of search and of comparison. */
export const EXAMPLES: readonly Example[] = [
  example(
    'TLBs apart, with CR3 values loaded',
    ['holds', 'states', 'facts'],
    { layout: 'minimal' },
    { spaces: 1, frames: 1 },
  ),
  example(
    'TLBs apart, under sdm',
    ['holds', 'states', 'facts'],
    { layout: 'faults', contract: 'sdm' },
    { pcids: 1 },
  ),
  example(
    'TLBs whole',
    ['holds', 'states'],
    { layout: 'vpids', tlbs: 'whole' },
    { spaces: 1, cachedRoots: 0, frames: 1 },
  ),
  example(
    'TLBs apart, renamed',
    ['holds', 'orbits'],
    { layout: 'smp', symmetry: true },
    { spaces: 1, pcids: 1 },
  ),
  example(
    'TLBs whole, renamed',
    ['holds', 'orbits'],
    { layout: 'races', tlbs: 'whole', symmetry: true },
    { pcids: 1 },
  ),
  example(
    'stopped and resumed',
    ['holds', 'states', 'facts'],
    { layout: 'minimal', stops: [20, 60] },
    { spaces: 1, pcids: 1, frames: 3 },
  ),
  example(
    'stopped and resumed, TLBs whole',
    ['holds', 'states'],
    { layout: 'minimal', tlbs: 'whole', stops: [20, 60] },
    { spaces: 1, pcids: 1, frames: 3 },
  ),
  example('threads', ['holds', 'states', 'facts'], { layout: 'races', workers: 2 }, { pcids: 1 }),
  example(
    'broken, TLBs apart',
    ['violated'],
    { layout: 'smp', set: { unsyncMarks: 'nothing' } },
    { spaces: 1, pcids: 3, vcpus: 1 },
  ),
  example(
    'broken, TLBs whole',
    ['violated', 'states'],
    { layout: 'minimal', kernel: 'v5.13', tlbs: 'whole' },
    { spaces: 1 },
  ),
  example(
    'a guest',
    ['holds', 'states', 'facts'],
    { layout: 'twice', guest: 'linux-prompt' },
    { spaces: 1, pcids: 2 },
  ),
  example(
    'a guest, TLBs whole',
    ['holds', 'states'],
    { layout: 'twice', guest: 'linux-prompt', tlbs: 'whole' },
    { spaces: 1, pcids: 2 },
  ),
  example(
    'a guest that reads what is stale',
    ['violated'],
    { layout: 'faults', guest: 'linux-kpti', kernel: 'v5.16', set: { pcidlessInvalidation: 'return-first' } },
    { pcids: 3 },
  ),
  example(
    'a guest whose root was built for another PCID',
    ['violated'],
    {
      layout: 'minimal',
      guest: 'linux-kpti',
      kernel: 'v5.14',
      set: { rootReuse: 'space-and-role' },
      plainStates: 2000,
    },
    { spaces: 1, pcids: 3, cachedRoots: 0 },
  ),
  example(
    'too large, TLBs whole',
    ['prefix', 'states'],
    { layout: 'deep', tlbs: 'whole', plainStates: 60 },
    { spaces: 1 },
  ),
  example(
    'too large, TLBs apart',
    ['levels'],
    { layout: 'shared', plainStates: 100 },
    { pcids: 1, userPages: 1, cachedRoots: 1 },
  ),
];
