import { describe, expect, it } from 'vitest';
import { BoundError } from '../../../spec/layouts/bounds.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { walk } from '../../../spec/state/walk.ts';

it('minimal gives each space a top page and a user table of its own', () => {
  const { memory } = buildLayout(LAYOUTS.minimal);
  expect(memory).toEqual({
    a: { level: 2, global: false, entries: ['a.u'] },
    'a.u': { level: 1, global: false, entries: ['f1'] },
    b: { level: 2, global: false, entries: ['b.u'] },
    'b.u': { level: 1, global: false, entries: ['f1'] },
  });
});

it('kernel gives all spaces one kernel table, whose entries are global', () => {
  const { memory, homes, paths } = buildLayout(LAYOUTS.kernel);
  expect(memory.k).toMatchObject({ level: 1, global: true });
  expect([memory.a?.entries, memory.b?.entries]).toEqual([
    ['a.u', 'k'],
    ['b.u', 'k'],
  ]);
  expect(homes['a:k0']).toEqual(homes['b:k0']);
  expect(paths).toEqual({ u0: [0, 0], k0: [1, 0] });
});

it('shared gives both spaces one user table', () => {
  const { memory, homes } = buildLayout(LAYOUTS.shared);
  expect(memory.a?.entries).toEqual(memory.b?.entries);
  expect(homes['a:u0']).toEqual(homes['b:u0']);
});

it('three levels put a directory above every table, and share the kernel one', () => {
  const { memory, paths } = buildLayout(LAYOUTS.deep, { kernelPages: 1 });
  expect(memory.a).toMatchObject({ level: 3, entries: ['a.u.dir', 'k.dir'] });
  expect(memory.b).toMatchObject({ level: 3, entries: ['b.u.dir', 'k.dir'] });
  expect(memory['a.u.dir']).toMatchObject({ level: 2, entries: ['a.u'] });
  expect(paths).toEqual({ u0: [0, 0, 0], k0: [1, 0, 0] });
});

describe('overrides', () => {
  const layout = buildLayout(LAYOUTS.minimal, {
    spaces: 3,
    pcids: 4,
    userPages: 2,
    kernelPages: 1,
    frames: 3,
    vcpus: 2,
    cachedRoots: 0,
  });

  it('win over the bounds of the layout', () => {
    expect(layout.bounds).toEqual({
      spaces: 3,
      pcids: 4,
      userPages: 2,
      kernelPages: 1,
      frames: 3,
      vcpus: 2,
      cachedRoots: 0,
    });
  });

  it('name more of everything in the same way', () => {
    expect(layout.spaces).toEqual(['a', 'b', 'c']);
    expect(layout.pcids).toEqual([0, 1, 2, 3]);
    expect(layout.frames).toEqual(['f1', 'f2', 'f3']);
    expect(layout.virtualPages).toEqual(['u0', 'u1', 'k0']);
    expect(layout.homes['c:u1']).toEqual({ page: 'c.u', index: 1 });
  });

  it('may leave only the kernel half', () => {
    const { virtualPages, paths, halves } = buildLayout(LAYOUTS.kernel, { userPages: 0 });
    expect({ virtualPages, paths, halves }).toEqual({
      virtualPages: ['k0'],
      paths: { k0: [0, 0] },
      halves: { kernel: 0 },
    });
  });

  it('are checked', () => {
    expect(() => buildLayout(LAYOUTS.minimal, { spaces: 0 })).toThrow(BoundError);
    expect(() => buildLayout(LAYOUTS.minimal, { userPages: 0 })).toThrow(BoundError);
  });
});

it('only a layout whose alphabet writes directories lets the guest write them', () => {
  expect(buildLayout(LAYOUTS.deep).writesDirectories).toBe(true);
  expect(buildLayout(LAYOUTS.minimal).writesDirectories).toBe(false);
});

describe('a window', () => {
  it('has a read what the first entry of b names', () => {
    const { memory, homes, paths } = buildLayout(LAYOUTS.window);
    expect(memory.a?.entries).toEqual(['a.u', 'b']);
    expect(memory.b?.entries).toEqual(['b.u', null]);
    expect(walk(memory, 'a', paths.w0 ?? [])).toBe('b.u');
    expect(walk(memory, 'b', paths.w0 ?? [])).toBeNull();
    expect(homes['a:w0']).toBeUndefined();
  });

  it('leads to its own space where there is no other', () => {
    const { memory, paths } = buildLayout(LAYOUTS.window, { spaces: 1, kernelPages: 1 });
    expect(memory.a?.entries).toEqual(['a.u', 'k', 'a']);
    expect(walk(memory, 'a', paths.w0 ?? [])).toBe('a.u');
  });
});
