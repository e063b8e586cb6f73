import { describe, expect, it } from 'vitest';
import { access, type Setting, scene, writeUserDir } from '../helpers.ts';

const DEEP: Setting = { layout: 'deep', bounds: { kernelPages: 1 } };

describe('a store to an upper entry', () => {
  it('of a page table goes to the directory', () => {
    const { memory } = scene(DEEP, writeUserDir('a', 'b.u')).machine;
    expect(memory['a.u.dir']?.entries).toEqual(['b.u']);
    expect(memory.a?.entries).toEqual(['a.u.dir', 'k.dir']);
  });

  it('of a directory goes to the top page', () => {
    const { memory } = scene(DEEP, writeUserDir('a', 'b.u.dir')).machine;
    expect(memory.a?.entries).toEqual(['b.u.dir', 'k.dir']);
    expect(memory['a.u.dir']?.entries).toEqual(['a.u']);
  });

  it('of nothing clears the directory', () => {
    const { memory } = scene(DEEP, writeUserDir('a', null)).machine;
    expect(memory['a.u.dir']?.entries).toEqual([null]);
    expect(memory.a?.entries).toEqual(['a.u.dir', 'k.dir']);
  });

  it('follows the tables as they are now', () => {
    const { memory } = scene(DEEP, writeUserDir('a', 'b.u.dir'), writeUserDir('a', null)).machine;
    expect(memory['b.u.dir']?.entries).toEqual([null]);
    expect(memory['a.u.dir']?.entries).toEqual(['a.u']);
  });

  it('of the kernel half goes to the kernel directory, for all spaces', () => {
    const here = scene(DEEP, { kind: 'write-dir', cpu: 0, space: 'a', half: 'kernel', table: null });
    expect(here.machine.memory['k.dir']?.entries).toEqual([null]);
  });

  it('makes what is behind it unreachable when cleared, and reachable again when set', () => {
    const here = scene(DEEP, access('u0'), writeUserDir('a', null));
    expect(here.run(access('u0')).sees).toEqual([]);
    expect(here.run(writeUserDir('a', 'a.u'), access('u0')).sees).toEqual(['f1']);
  });
});
