import { describe, expect, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { kindsOf, OPERANDS } from '../../../spec/proof/transitions.ts';
import { elementsOf } from '../../../src/prove/structure.ts';
import { traceEvent } from '../../../src/prove/trace-event.ts';

const layout = buildLayout(LAYOUTS.deep, { kernelPages: 1 });
const { named } = elementsOf(layout);

/** A store to an upper entry of `deep`, by the kind of step and what it is given, as an event of a trace. */
function storeOf(event: string, operands: { readonly [N in keyof typeof OPERANDS]?: number }) {
  const kind = kindsOf(KERNELS['v6.12'], 3).find((each) => each.event === event);
  const values = Object.fromEntries(
    Object.values(OPERANDS).map(({ name }) => [
      name,
      Uint8Array.of(operands[name as keyof typeof OPERANDS] ?? 0),
    ]),
  );
  return traceEvent(kind as NonNullable<typeof kind>, values, layout);
}

describe('a store to an upper entry is one of a trace', () => {
  const [a, b] = ['a', 'b'].map((space) => named.Space.indexOf(space)) as [number, number];
  const directory = (name: string) => named.Directory.indexOf(name);
  const table = (name: string) => named.Table.indexOf(name);

  it('to a top page, that hangs up a directory', () => {
    const given = { space: b, entrySlot: 1, directory: directory('k.dir'), isPresent: 1 };
    expect(storeOf('write-dir top', given)).toEqual({
      kind: 'write-dir',
      cpu: 0,
      space: 'b',
      half: 'kernel',
      table: 'k.dir',
    });
  });

  it('to a directory, under a name by which a walk comes to it', () => {
    const given = { directory: directory('b.u.dir'), table: table('a.u'), isPresent: 1 };
    const store = { kind: 'write-dir', cpu: 0, space: 'b', half: 'user' };
    expect(storeOf('write-dir', given)).toEqual({ ...store, table: 'a.u' });
    expect(storeOf('write-dir', { ...given, isPresent: 0 })).toEqual({ ...store, table: null });
  });

  it('and none where a trace has no name for it', () => {
    expect(storeOf('write-dir', { directory: directory('b.u.dir'), entrySlot: 1, isPresent: 1 })).toBeNull();
    expect(storeOf('write-dir top', { space: a, directory: directory('a.u.dir'), isPresent: 0 })).toBeNull();
  });
});
