import { type Event, HALVES } from '../../spec/events/event.ts';
import { enumerateEvents } from '../../spec/layouts/alphabet.ts';
import { type Alphabet, hangable, type Layout } from '../../spec/layouts/layout.ts';

const ALPHABET: readonly Alphabet[] = [
  ...(['access', 'write-pte', 'write-pte emulated', 'write-pte none'] as const),
  ...(['mov-cr3', 'mov-cr4 pcide', 'mov-cr4 pge', 'mov-cr4 smep', 'mov-cr0'] as const),
  ...(['invlpg', 'invpcid address', 'invpcid single', 'invpcid all', 'invpcid all-nonglobal'] as const),
  'host zap-all',
];

/** Low bits of CR3 that are PWT while PCIDE=0 and a PCID that no space uses otherwise. */
const PWT = 8;

/**
 * Kinds of event that are compared only where the guest maps no page table itself: whether a table is mapped writable is
 * one flag in the specification, and a bit of each SPTE in the kernel, which differ once roles have an SPTE each.
 */
const OF_ROLES: readonly Alphabet[] = ['mov-cr4 smep', 'mov-cr0'];

/** Every event that can be compared on a layout, whatever its own alphabet. */
export function everyEvent(layout: Layout): Event[] {
  const image = { ...layout, pcids: [...layout.pcids, PWT] };
  const mapsTable = Object.keys(layout.storesThrough).length > 0;
  const letters = ALPHABET.filter((letter) => !mapsTable || !OF_ROLES.includes(letter));
  return [...enumerateEvents(image, letters), ...directoryStores(layout)];
}

/**
 * Stores to the level-2 entries, of every level-1 table and of none. Stores to a top page's entry are left out:
 * in the kernel's tables they go to a page of their own, which floods and is write-protected apart from the top
 * page.
 */
function directoryStores(layout: Layout): Event[] {
  if (!layout.writesDirectories) return [];
  const { spaces, memory, bounds } = layout;
  const halves = HALVES.filter((half) => layout.halves[half] !== undefined);
  const tables = [...hangable(layout).filter((name) => memory[name]?.level === 1), null];
  return Array.from({ length: bounds.vcpus }, (_, cpu) => cpu).flatMap((cpu) =>
    spaces.flatMap((space) =>
      halves.flatMap((half) =>
        tables.map((table) => ({ kind: 'write-dir' as const, cpu, space, half, table })),
      ),
    ),
  );
}
