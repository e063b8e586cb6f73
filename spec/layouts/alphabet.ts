import { match } from 'ts-pattern';
import { type Event, HALVES, type Half, type Host, ZAPPED_DURING } from '../events/event.ts';
import type { Frame, PageName } from '../state/names.ts';
import type { Alphabet, Home, Layout } from './layout.ts';

type Image = Omit<Layout, 'events'>;

/** Every event of the alphabet that the image allows, on every vCPU, in one fixed order, each once. */
export function enumerateEvents(image: Image, alphabet: readonly Alphabet[]): Event[] {
  const events = Array.from({ length: image.bounds.vcpus }, (_, cpu) => cpu).flatMap((cpu) => [
    ...alphabet.flatMap((letter) => eventsOf(image, letter, cpu)),
    ...cr4Writes(alphabet, cpu),
  ]);
  return [...new Map(events.map((event) => [JSON.stringify(event), event])).values()];
}

function eventsOf(image: Image, letter: Alphabet, cpu: number): Event[] {
  const { virtualPages, spaces, pcids, frames } = image;
  return match(letter)
    .returnType<Event[]>()
    .with('access', () => virtualPages.map((page) => ({ kind: 'access', cpu, page })))
    .with('write-pte', () => stores(image, frames, false, cpu))
    .with('write-pte emulated', () => stores(image, frames, true, cpu))
    .with('write-pte none', () => stores(image, [null], false, cpu))
    .with('write-dir', () => directoryStores(image, cpu))
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
        spaces
          .filter((second) => second !== first)
          .map((second) => ({ kind: 'mov-cr3-twice' as const, cpu, first, second })),
      ),
    )
    .with('nested', () => [
      ...(['enter', 'exit'] as const).flatMap((action) =>
        spaces.map((space) => ({ kind: 'nested' as const, cpu, action, space })),
      ),
      { kind: 'nested', cpu, action: 'invvpid' },
    ])
    .with('nested vpid', () => [
      ...(['same', 'new'] as const).flatMap((vpid) =>
        spaces.map((space) => ({ kind: 'nested' as const, cpu, action: 'enter' as const, space, vpid })),
      ),
      ...spaces.map((space) => ({ kind: 'nested' as const, cpu, action: 'exit' as const, space })),
      { kind: 'nested', cpu, action: 'invvpid' },
    ])
    .with('nested fails', () =>
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
    .with('page-fault', () => virtualPages.map((page) => ({ kind: 'page-fault', cpu, page })))
    .with('zap-during', () =>
      ZAPPED_DURING.flatMap((during) =>
        virtualPages.map((page) => ({ kind: 'zap-during' as const, cpu, during, page })),
      ),
    )
    .with('host zap-all', 'host fail-entry', 'host flush-guest', 'host init', 'host migrate', (host) => [
      { kind: 'host', cpu, action: host.slice('host '.length) as Host['action'] },
    ])
    .with('mov-cr4 pcide', 'mov-cr4 pge', 'mov-cr4 smep', () => [])
    .exhaustive();
}

/** Each level-1 entry once, under its first name, with each value. */
function stores(image: Image, values: readonly (Frame | null)[], emulated: boolean, cpu: number): Event[] {
  const seen = new Set<string>();
  return Object.entries(image.homes)
    .filter(([, home]) => isFirst(seen, home))
    .flatMap(([name]) => {
      const [space = '', page = ''] = name.split(':');
      return values.map((frame) => ({ kind: 'write-pte' as const, cpu, space, page, frame, emulated }));
    });
}

function isFirst(seen: Set<string>, home: Home): boolean {
  const name = `${home.page}:${home.index}`;
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

/** The user half of each space pointed to each user table or to nothing. */
function directoryStores(image: Image, cpu: number): Event[] {
  const half: Half = HALVES[0];
  if (image.halves[half] === undefined) return [];
  const tables = [
    ...new Set(
      Object.entries(image.homes)
        .filter(([name]) => name.includes(':u'))
        .map(([, home]) => home.page),
    ),
  ];
  const targets: (PageName | null)[] = [...tables, null];
  return image.spaces.flatMap((space) =>
    targets.map((table) => ({ kind: 'write-dir' as const, cpu, space, half, table })),
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
