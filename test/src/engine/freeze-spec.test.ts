import { expect, it } from 'vitest';
import * as spec from '../../../spec/index.ts';
import * as checker from '../../../src/checker/index.ts';
import { freezeSpec } from '../../../src/engine/freeze-spec.ts';
import * as engine from '../../../src/engine/index.ts';
import * as vtlb from '../../../src/index.ts';

/** The data in what a module exports that somebody could still change. */
function changeable(module: Readonly<Record<string, unknown>>): string[] {
  const seen = new Set<unknown>();
  const below = (value: unknown, path: string): string[] => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return [];
    seen.add(value);
    const own = Object.isFrozen(value) || Object.prototype.toString.call(value) === '[object Module]';
    return [
      ...(own ? [] : [path]),
      ...Object.entries(value).flatMap(([key, each]) => below(each, `${path}.${key}`)),
    ];
  };
  return Object.entries(module).flatMap(([name, value]) => below(value, name));
}

it('nothing that the package exports can be changed any more', () => {
  expect(changeable(spec)).toContain('ALWAYS');
  freezeSpec();
  // What writes a trace in some format says nothing of a kernel.
  const { EXPORT_FORMATS: _, ...rest } = vtlb;
  for (const module of [spec, engine, rest, checker]) expect(changeable(module)).toEqual([]);
  for (const each of [spec.invlpg.guestTlb, spec.kvm.invlpg, engine.Packer.prototype])
    expect(Object.isFrozen(each)).toBe(true);
});
