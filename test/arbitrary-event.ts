import fc from 'fast-check';
import { type Event, HALVES, HOST_ACTIONS, ZAPPED_DURING } from '../spec/events/event.ts';
import type { Layout } from '../spec/layouts/layout.ts';

/** Any event that a replay on this layout accepts. */
export function arbitraryEvent(layout: Layout): fc.Arbitrary<Event> {
  const cpu = fc.nat(layout.bounds.vcpus - 1);
  const page = fc.constantFrom(...layout.virtualPages);
  const space = fc.constantFrom(...layout.spaces);
  const pcid = fc.oneof(fc.nat(layout.bounds.pcids - 1), fc.nat(4095));
  const cr4 = fc
    .record({ pcide: fc.boolean(), pge: fc.boolean(), smep: fc.boolean() }, { requiredKeys: [] })
    .filter((bits) => Object.keys(bits).length > 0);
  const tables = Object.keys(layout.memory).filter((name) => !layout.spaces.includes(name));
  const halves = HALVES.filter((half) => layout.halves[half] !== undefined);
  const frame = fc.constantFrom(...layout.frames, null);
  const kinds: fc.Arbitrary<Event>[] = [
    fc.record({ kind: fc.constant('access'), cpu, page }),
    fc.record({ kind: fc.constant('write-pte'), cpu, space, page, frame, emulated: fc.boolean() }),
    fc.record({ kind: fc.constant('mov-cr3'), cpu, space, low: pcid, noflush: fc.boolean() }),
    fc.record({ kind: fc.constant('mov-cr4'), cpu, bits: cr4 }),
    fc.record({ kind: fc.constant('mov-cr0'), cpu, wp: fc.boolean() }),
    fc.record({ kind: fc.constant('invlpg'), cpu, page }),
    fc.record({ kind: fc.constant('invpcid'), cpu, type: fc.constant('address'), pcid, page }),
    fc.record({ kind: fc.constant('invpcid'), cpu, type: fc.constant('single'), pcid }),
    fc.record({ kind: fc.constant('invpcid'), cpu, type: fc.constantFrom('all', 'all-nonglobal') }),
    fc.record({ kind: fc.constant('mov-cr3-twice'), cpu, first: space, second: space }),
    fc.record({ kind: fc.constant('nested'), cpu, action: fc.constantFrom('enter', 'exit'), space }),
    fc.record({
      kind: fc.constant('nested'),
      cpu,
      action: fc.constant('enter'),
      space,
      vpid: fc.constantFrom('same', 'new'),
    }),
    fc.record({ kind: fc.constant('nested'), cpu, action: fc.constant('invvpid') }),
    fc.record({ kind: fc.constant('page-fault'), cpu, page }),
    fc.record({ kind: fc.constant('zap-during'), cpu, during: fc.constantFrom(...ZAPPED_DURING), page }),
    fc.record({ kind: fc.constant('host'), cpu, action: fc.constantFrom(...HOST_ACTIONS) }),
  ];
  if (layout.writesDirectories) {
    const half = fc.constantFrom(...halves);
    kinds.push(
      fc.record({
        kind: fc.constant('write-dir'),
        cpu,
        space,
        half,
        table: fc.constantFrom(...tables, null),
      }),
    );
  }
  return fc.oneof(...kinds);
}
