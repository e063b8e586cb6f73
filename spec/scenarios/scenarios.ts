import type { Bounds } from '../layouts/bounds.ts';
import type { LayoutName } from '../layouts/named.ts';

/** A trace that somebody would write on a whiteboard; `NAME.trace` beside this file has the events. */
export interface Scenario {
  readonly doc: string;
  readonly layout: LayoutName;
  readonly bounds: Partial<Bounds>;
}

const MINIMAL = { layout: 'minimal', bounds: {} } as const;

/** The traces of this folder, and the guest image that each is for. */
export const SCENARIOS = {
  message: { doc: "the patch message's sequence, with INVPCID single", ...MINIMAL },
  'message-mov-cr3': { doc: 'the same with a flushing MOV CR3 in place of INVPCID', ...MINIMAL },
  'pwt-alias': { doc: 'a root cached with PWT taken for PCID 8', ...MINIMAL },
  'cached-root-hit-pcid': { doc: 'a cached root used again with PCIDE=1', ...MINIMAL },
  'cached-root-hit-no-pcid': { doc: 'a cached root used again with PCIDE=0', ...MINIMAL },
  'prev-roots-outside': { doc: 'a stale cached root that is synced before use', ...MINIMAL },
  'pcide-set-lives-on': { doc: 'an entry of PCID 0 used on after PCIDE 0->1', ...MINIMAL },
  'pcide-clear': { doc: 'PCIDE 1->0 after a store', ...MINIMAL },
  'pge-toggle': { doc: 'a PGE change after a store to a global page', layout: 'kernel', bounds: {} },
  'same-cr3-flush': { doc: 'a load of the same CR3 after a store', ...MINIMAL },
  'cached-pcid': {
    doc: 'a flush of a PCID that a cached root has too',
    layout: 'minimal',
    bounds: { spaces: 3 },
  },
} as const satisfies Record<string, Scenario>;

/** The file name of a scenario, without `.trace`. */
export type ScenarioName = keyof typeof SCENARIOS;
