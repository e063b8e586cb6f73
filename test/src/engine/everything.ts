import { type Alphabet, type LayoutDefinition, LETTERS } from '../../../spec/layouts/layout.ts';

/** What takes a translation to more TLBs than facts are kept of, along with VPIDs of its own for L2. */
const TOO_MANY: readonly Alphabet[] = ['host migrate', 'mov-cr4 pge', 'invpcid all-nonglobal'];

const WITHOUT_VPIDS = LETTERS.filter((letter) => !letter.startsWith('nested enter vpid'));
const WITH_VPIDS = LETTERS.filter((letter) => !TOO_MANY.includes(letter));

const layout = (
  name: string,
  levels: 2 | 3,
  sharedUserTable: boolean,
  alphabet: readonly Alphabet[] = WITHOUT_VPIDS,
): LayoutDefinition => ({
  name,
  doc: 'every event that goes with the others',
  levels,
  sharedUserTable,
  bounds: { kernelPages: 1 },
  alphabet,
});

/** Layouts that together try every kind of event. */
export const EVERYTHING = {
  everything: layout('everything', 2, false),
  'everything, shared': layout('everything, shared', 2, true),
  'everything, deep': layout('everything, deep', 3, false),
  'everything, deep and shared': layout('everything, deep and shared', 3, true),
  'everything, window': { ...layout('everything, window', 2, false), window: true },
  'everything, vpids': layout('everything, vpids', 2, false, WITH_VPIDS),
  'everything, deep and shared, vpids': layout('everything, deep and shared, vpids', 3, true, WITH_VPIDS),
} as const;
