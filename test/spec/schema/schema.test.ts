import { expect, it } from 'vitest';
import { MACHINE } from '../../../spec/schema/schema.ts';
import { type AnySchema, field, type Schema } from '../../../spec/schema/sorts.ts';
import type { HardwareCr3 } from '../../../spec/state/vcpu.ts';
import { access, movCr3, on, scene, zapAll } from '../helpers.ts';

/** A part of a state, to be described. */
interface Some {
  pcide: boolean;
  hardwareCr3: HardwareCr3 | null;
}

const pcide = field('flag', 'CR4.PCIDE');
const hardwareCr3 = field('hardware CR3', 'hardware CR3');

it('a schema names each field with a sort of what it holds, by its types', () => {
  const described: readonly Schema<Some>[] = [
    { pcide, hardwareCr3 },
    // @ts-expect-error one is left out
    { pcide },
    // @ts-expect-error one is of another sort
    { pcide: field('count', 'CR4.PCIDE'), hardwareCr3 },
    // @ts-expect-error one is described field by field, and is replaced as a whole
    { pcide, hardwareCr3: { kind: 'parts', of: {} } },
  ];
  expect(described).toHaveLength(4);
});

it('the schema names what a machine has, and nothing else', () => {
  const here = scene({ layout: 'smp' }, access('u0'), on(1, movCr3('b')));
  here.exit(zapAll);
  compare(MACHINE, here.machine, 'machine');

  function compare(schema: AnySchema, part: object, where: string): void {
    const described = Object.keys(schema).filter((name) => name !== 'asTable');
    expect([where, Object.keys(part).sort()]).toEqual([where, described.sort()]);
    for (const [name, sort] of Object.entries(schema)) {
      const value = part[name as never] as object;
      if (sort.kind === 'parts' || sort.kind === 'register') compare(sort.of, value, name);
      else if (sort.kind.startsWith('by '))
        for (const each of Object.values(value)) compare((sort as { of: AnySchema }).of, each, name);
    }
  }
});
