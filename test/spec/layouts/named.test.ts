import { describe, expect, it } from 'vitest';
import { BOUND_LIMITS, type BoundName } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS, type LayoutName } from '../../../spec/layouts/named.ts';
import { walk } from '../../../spec/state/walk.ts';

const NAMES = Object.keys(LAYOUTS) as LayoutName[];

it('there are the layouts that the design names', () => {
  expect(NAMES).toEqual(
    expect.arrayContaining(['minimal', 'kernel', 'shared', 'deep', 'smp', 'roles'] satisfies LayoutName[]),
  );
});

describe.each(NAMES)('%s', (name) => {
  it('is built under its own name', () => {
    expect(buildLayout(LAYOUTS[name]).name).toBe(name);
  });

  it('maps every virtual page of every space to f1, but for windows and what maps a table', () => {
    const { spaces, virtualPages, paths, memory, storesThrough } = buildLayout(LAYOUTS[name]);
    const pages = virtualPages.filter((page) => !page.startsWith('w'));
    const mapped = Object.fromEntries(Object.entries(storesThrough).map(([table, page]) => [page, table]));
    for (const space of spaces)
      for (const page of pages) expect(walk(memory, space, paths[page] ?? [])).toBe(mapped[page] ?? 'f1');
  });

  it.each(Object.keys(BOUND_LIMITS) as BoundName[])('builds with %s at its greatest', (bound) => {
    const greatest = BOUND_LIMITS[bound][1];
    expect(buildLayout(LAYOUTS[name], { [bound]: greatest }).bounds[bound]).toBe(greatest);
  });
});

it('flood has two tables in its directory, the second of which maps the first', () => {
  const { memory, homes, paths, storesThrough } = buildLayout(LAYOUTS.flood);
  expect(memory['a.u.dir']?.entries).toEqual(['a.u', 'a.u.1']);
  expect(memory['a.u.1']?.entries).toEqual(['a.u']);
  expect(homes).toEqual({ 'a:u0': { page: 'a.u', index: 0 }, 'a:u1': { page: 'a.u.1', index: 0 } });
  expect(paths).toEqual({ u0: [0, 0, 0], u1: [0, 1, 0] });
  expect(storesThrough).toEqual({ 'a.u': 'u1' });
});

it.each([
  ['minimal', 2, 2, ['u0'], 1],
  ['kernel', 2, 2, ['u0', 'k0'], 1],
  ['shared', 2, 2, ['u0', 'u1'], 1],
  ['deep', 3, 2, ['u0'], 1],
  ['upper', 3, 2, ['k0', 'k1'], 1],
  ['flood', 3, 1, ['u0', 'u1'], 1],
  ['smp', 2, 2, ['u0'], 2],
  ['roles', 2, 2, ['u0'], 1],
  ['window', 2, 2, ['u0', 'w0'], 1],
] as const)('%s has %i levels, %i spaces, pages %j and %i vCPUs', (name, levels, spaces, pages, vcpus) => {
  const layout = buildLayout(LAYOUTS[name]);
  expect(layout.levels).toBe(levels);
  expect(layout.spaces).toHaveLength(spaces);
  expect(layout.virtualPages).toEqual(pages);
  expect(layout.bounds.vcpus).toBe(vcpus);
});
