import { match, P } from 'ts-pattern';
import { type Event, HALVES, type Half, type Host, ZAPPED_DURING } from '../events/event.ts';
import type { GuestPage } from '../state/guest-memory.ts';
import type { Frame, PageName, Space, VirtualPage } from '../state/names.ts';
import { type Alphabet, type Home, type Layout, LETTERS } from './layout.ts';

/** A layout but for what searches of it try. */
export type Image = Omit<Layout, 'events' | 'leftOut'>;

/** Every event that a trace of the image may hold, with the PCIDs of its bounds. */
export function everyEvent(image: Image): Event[] {
  return enumerateEvents(
    image,
    LETTERS.filter((letter) => isAccepted(image, letter)),
  );
}

/** The kinds of event that a trace of the image may hold and an alphabet lacks. */
export function leftOutOf(image: Image, alphabet: readonly Alphabet[]): Alphabet[] {
  return LETTERS.filter((letter) => !alphabet.includes(letter) && isAccepted(image, letter));
}

/** Whether a trace of the image may hold an event of a kind. */
function isAccepted(image: Image, letter: Alphabet): boolean {
  if (letter.startsWith('write-dir') && !image.writesDirectories) return false;
  if (letter.endsWith('cached') && !image.storesCached) return false;
  return enumerateEvents(image, [letter]).length > 0;
}

/** Every event of the alphabet that the image allows, on every vCPU, in one fixed order, each once. */
export function enumerateEvents(image: Image, alphabet: readonly Alphabet[]): Event[] {
  const events = Array.from({ length: image.bounds.vcpus }, (_, cpu) => cpu).flatMap((cpu) => [
    ...alphabet.flatMap((letter) => eventsOf(image, letter, cpu)),
    ...cr4Writes(alphabet, cpu),
  ]);
  return [...new Map(events.map((event) => [JSON.stringify(event), event])).values()];
}

function eventsOf(image: Image, letter: Alphabet, cpu: number): Event[] {
  const { virtualPages, spaces, pcids } = image;
  const framesOf = (page: VirtualPage) => image.framesOf[page] ?? [];
  return match(letter)
    .returnType<Event[]>()
    .with('access', () => virtualPages.map((page) => ({ kind: 'access', cpu, page })))
    .with('write-pte', () => stores(image, framesOf, {}, cpu))
    .with('write-pte emulated', () => stores(image, framesOf, { emulated: true }, cpu))
    .with('write-pte cached', () => stores(image, framesOf, { cached: true }, cpu))
    .with('write-pte none', () => stores(image, nothing, {}, cpu))
    .with('write-pte none emulated', () => stores(image, nothing, { emulated: true }, cpu))
    .with('write-pte none cached', () => stores(image, nothing, { cached: true }, cpu))
    .with('write-dir', () => directoryStores(image, cpu, ({ tables }) => [...tables, null]))
    .with('write-dir top', () => directoryStores(image, cpu, ({ own }) => own))
    .with('write-dir swap', () =>
      directoryStores(image, cpu, ({ own, directories }) =>
        directories.filter((page) => !own.includes(page)),
      ),
    )
    .with('write-dir across', () =>
      directoryStores(image, cpu, (_, { tables, directories }) => [...tables, ...directories]),
    )
    .with('mov-cr3', () =>
      spaces.flatMap((space) =>
        pcids.flatMap((low) =>
          [false, true].map((noflush) => ({ kind: 'mov-cr3' as const, cpu, space, low, noflush })),
        ),
      ),
    )
    .with('mov-cr0', () => [false, true].map((wp) => ({ kind: 'mov-cr0', cpu, wp })))
    .with('invlpg', () => virtualPages.map((page) => ({ kind: 'invlpg', cpu, page })))
    .with('invpcid address', () =>
      pcids.flatMap((pcid) =>
        virtualPages.map((page) => ({
          kind: 'invpcid' as const,
          cpu,
          type: 'address' as const,
          pcid,
          page,
        })),
      ),
    )
    .with('invpcid single', () => pcids.map((pcid) => ({ kind: 'invpcid', cpu, type: 'single', pcid })))
    .with('invpcid all', () => [{ kind: 'invpcid', cpu, type: 'all' }])
    .with('invpcid all-nonglobal', () => [{ kind: 'invpcid', cpu, type: 'all-nonglobal' }])
    .with('mov-cr3-twice', () =>
      spaces.flatMap((first) =>
        spaces.map((second) => ({ kind: 'mov-cr3-twice' as const, cpu, first, second })),
      ),
    )
    .with('nested enter', () =>
      spaces.map((space) => ({ kind: 'nested' as const, cpu, action: 'enter' as const, space })),
    )
    .with('nested enter vpid', () =>
      (['same', 'new'] as const).flatMap((vpid) =>
        spaces.map((space) => ({ kind: 'nested' as const, cpu, action: 'enter' as const, space, vpid })),
      ),
    )
    .with('nested enter fails', () =>
      spaces.map((space) => ({
        kind: 'nested' as const,
        cpu,
        action: 'enter' as const,
        space,
        fails: true as const,
      })),
    )
    .with('nested enter vpid fails', () =>
      (['same', 'new'] as const).flatMap((vpid) =>
        spaces.map((space) => ({
          kind: 'nested' as const,
          cpu,
          action: 'enter' as const,
          space,
          vpid,
          fails: true as const,
        })),
      ),
    )
    .with('nested exit', () => spaces.map((space) => ({ kind: 'nested', cpu, action: 'exit', space })))
    .with('nested invvpid', () => [{ kind: 'nested', cpu, action: 'invvpid' }])
    .with('page-fault', () => virtualPages.map((page) => ({ kind: 'page-fault', cpu, page })))
    .with('zap-during', () =>
      ZAPPED_DURING.flatMap((during) =>
        virtualPages.map((page) => ({ kind: 'zap-during' as const, cpu, during, page })),
      ),
    )
    .with(P.string.startsWith('host '), (host) => [
      { kind: 'host', cpu, action: host.slice('host '.length) as Host['action'] },
    ])
    .with('mov-cr4 pcide', 'mov-cr4 pge', 'mov-cr4 smep', () => [])
    .exhaustive();
}

const nothing = () => [null];

/** Each level-1 entry once, under its first name, with each value that is for its page. */
function stores(
  image: Image,
  values: (page: VirtualPage) => readonly (Frame | null)[],
  how: { readonly emulated?: true; readonly cached?: true },
  cpu: number,
): Event[] {
  const seen = new Set<string>();
  return Object.entries(image.homes)
    .filter(([, home]) => isFirst(seen, home))
    .flatMap(([name]) => {
      const [space = '', page = ''] = name.split(':');
      return values(page).map((frame) => ({
        kind: 'write-pte' as const,
        cpu,
        space,
        page,
        frame,
        emulated: false,
        ...how,
      }));
    });
}

function isFirst(seen: Set<string>, home: Home): boolean {
  const name = `${home.page}:${home.index}`;
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

/** What may be hung up in the upper entries of a half. */
interface Hangings {
  /** The page tables of the half, of all spaces. */
  readonly tables: readonly PageName[];
  /** The directories above them; none where tables hang in the top page. */
  readonly directories: readonly PageName[];
  /** Of the directories, the one that hangs in the space at the start. */
  readonly own: readonly PageName[];
}

/** What belongs to a half of a space at the start, and to the same half of the others. */
function hangingsOf({ memory, spaces, halves }: Image, space: Space, half: Half): Hangings {
  const index = halves[half];
  if (index === undefined) return { tables: [], directories: [], own: [] };
  const entriesOf = (page: PageName) => (memory[page] as GuestPage).entries;
  const below = [...new Set(spaces.map((space) => entriesOf(space)[index] as PageName))];
  if (below.every((page) => memory[page]?.level === 1)) return { tables: below, directories: [], own: [] };
  const tables = below.map((directory) => entriesOf(directory)[0] as PageName);
  return { tables, directories: below, own: [entriesOf(space)[index] as PageName] };
}

/** Stores to the upper entries of each half that is there, of what is chosen from its own and the other half's. */
function directoryStores(
  image: Image,
  cpu: number,
  choose: (own: Hangings, other: Hangings) => readonly (PageName | null)[],
): Event[] {
  const present = HALVES.filter((half) => image.halves[half] !== undefined);
  return present.flatMap((half) =>
    image.spaces.flatMap((space) => {
      const of = (which: Half) => hangingsOf(image, space, which);
      return choose(of(half), of(half === 'user' ? 'kernel' : 'user')).map((table) => ({
        kind: 'write-dir' as const,
        cpu,
        space,
        half,
        table,
      }));
    }),
  );
}

/** MOV CR4 writes the whole register: one event for each assignment to the bits that the alphabet toggles. */
function cr4Writes(alphabet: readonly Alphabet[], cpu: number): Event[] {
  const bits = (['pcide', 'pge', 'smep'] as const).filter((bit) => alphabet.includes(`mov-cr4 ${bit}`));
  const assignments = bits.reduce<Record<string, boolean>[]>(
    (partial, bit) =>
      partial.flatMap((values) => [false, true].map((value) => ({ ...values, [bit]: value }))),
    [{}],
  );
  return bits.length === 0 ? [] : assignments.map((values) => ({ kind: 'mov-cr4', cpu, bits: values }));
}
