import fc from 'fast-check';
import { type Event, HALVES, HOST_ACTIONS, ZAPPED_DURING } from '../../spec/events/event.ts';
import { type Layout, storablePages } from '../../spec/layouts/layout.ts';

/** A choice shrinks to its first alternative, whatever the weights. */
const SHRINKS = { withCrossShrink: true };

/**
 * Any event that a replay on this layout accepts; reads, stores and loads of CR3 come most often, and the names
 * that the layout's events have, so that events meet on the same translation. It shrinks to an `access` of the
 * first page, and what an event names shrinks to the first of its kind.
 */
export function arbitraryEvent(layout: Layout): fc.Arbitrary<Event> {
  const cpu = fc.nat(layout.bounds.vcpus - 1);
  const page = fc.constantFrom(...layout.virtualPages);
  const space = fc.constantFrom(...layout.spaces);
  const pcid = fc.oneof(
    SHRINKS,
    { arbitrary: fc.nat(layout.bounds.pcids - 1), weight: 9 },
    { arbitrary: fc.nat(4095), weight: 1 },
  );
  const cr4 = fc
    .record({ pcide: fc.boolean(), pge: fc.boolean(), smep: fc.boolean() }, { requiredKeys: [] })
    .filter((bits) => Object.keys(bits).length > 0);
  const tables = Object.keys(layout.memory).filter((name) => !layout.spaces.includes(name));
  const halves = HALVES.filter((half) => layout.halves[half] !== undefined);
  const frame = fc.oneof(
    SHRINKS,
    { arbitrary: fc.constantFrom(...layout.frames), weight: 5 },
    { arbitrary: fc.constant(null), weight: 1 },
  );
  const often = (arbitrary: fc.Arbitrary<Event>) => ({ arbitrary, weight: 4 });
  const seldom = (arbitrary: fc.Arbitrary<Event>) => ({ arbitrary, weight: 1 });
  const kinds = [
    often(fc.record({ kind: fc.constant('access'), cpu, page })),
    often(
      fc.record({
        kind: fc.constant('write-pte'),
        cpu,
        space,
        page: fc.constantFrom(...storablePages(layout)),
        frame,
        emulated: fc.boolean(),
      }),
    ),
    often(fc.record({ kind: fc.constant('mov-cr3'), cpu, space, low: pcid, noflush: fc.boolean() })),
    seldom(fc.record({ kind: fc.constant('mov-cr4'), cpu, bits: cr4 })),
    seldom(fc.record({ kind: fc.constant('mov-cr0'), cpu, wp: fc.boolean() })),
    seldom(fc.record({ kind: fc.constant('invlpg'), cpu, page })),
    seldom(fc.record({ kind: fc.constant('invpcid'), cpu, type: fc.constant('address'), pcid, page })),
    seldom(fc.record({ kind: fc.constant('invpcid'), cpu, type: fc.constant('single'), pcid })),
    seldom(fc.record({ kind: fc.constant('invpcid'), cpu, type: fc.constantFrom('all', 'all-nonglobal') })),
    seldom(fc.record({ kind: fc.constant('mov-cr3-twice'), cpu, first: space, second: space })),
    seldom(fc.record({ kind: fc.constant('nested'), cpu, action: fc.constantFrom('enter', 'exit'), space })),
    seldom(
      fc.record(
        {
          kind: fc.constant('nested'),
          cpu,
          action: fc.constant('enter'),
          space,
          vpid: fc.constantFrom('same', 'new'),
          fails: fc.constant(true),
        },
        { requiredKeys: ['kind', 'cpu', 'action', 'space'] },
      ),
    ),
    seldom(fc.record({ kind: fc.constant('nested'), cpu, action: fc.constant('invvpid') })),
    seldom(fc.record({ kind: fc.constant('page-fault'), cpu, page })),
    seldom(
      fc.record({ kind: fc.constant('zap-during'), cpu, during: fc.constantFrom(...ZAPPED_DURING), page }),
    ),
    seldom(fc.record({ kind: fc.constant('host'), cpu, action: fc.constantFrom(...HOST_ACTIONS) })),
  ];
  if (layout.writesDirectories) {
    const half = fc.constantFrom(...halves);
    kinds.push(
      seldom(
        fc.record({
          kind: fc.constant('write-dir'),
          cpu,
          space,
          half,
          table: fc.constantFrom(...tables, null),
        }),
      ),
    );
  }
  return fc.oneof(SHRINKS, ...kinds);
}
