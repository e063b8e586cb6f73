import { describe, expect, it } from 'vitest';
import { markUnsync, tryToUnsyncPages } from '../../../spec/kvm/unsync.ts';
import { access, movCr0, movCr3, scene, shadowOf } from '../helpers.ts';

describe('going unsync', () => {
  it('marks the entry of every linked parent, and no other', () => {
    const here = scene({ layout: 'kernel' }, access('k0'), movCr3('b'), access('k0'), access('u0'));
    tryToUnsyncPages(here, [shadowOf(here, 'k@wp')]);
    expect(shadowOf(here, 'k@wp').unsync).toBe(true);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, true]);
    expect(shadowOf(here, 'b@wp').unsyncChildren).toEqual([false, true]);
  });

  it('marks every level up to the roots', () => {
    const here = scene(
      { layout: 'deep', bounds: { kernelPages: 1 } },
      access('k0'),
      movCr3('b'),
      access('k0'),
    );
    tryToUnsyncPages(here, [shadowOf(here, 'k@wp')]);
    expect(shadowOf(here, 'k.dir@wp').unsyncChildren).toEqual([true]);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, true]);
    expect(shadowOf(here, 'b@wp').unsyncChildren).toEqual([false, true]);
  });

  it('marks only parents of its own role', () => {
    const here = scene({ layout: 'roles' }, access('u0'), movCr0(false), access('u0'));
    tryToUnsyncPages(here, [shadowOf(here, 'a.u@nowp')]);
    expect(shadowOf(here, 'a@nowp').unsyncChildren).toEqual([true]);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false]);
  });

  it('leaves the marks of a page that is unsync already', () => {
    const here = scene({}, access('u0'));
    const sp = shadowOf(here, 'a.u@wp');
    tryToUnsyncPages(here, [sp]);
    shadowOf(here, 'a@wp').unsyncChildren[0] = false;
    tryToUnsyncPages(here, [sp]);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false]);
  });
});

it('a mark on a page that is marked already goes no further up', () => {
  const here = scene({ layout: 'deep', bounds: { kernelPages: 1 } }, access('k0'));
  const directory = shadowOf(here, 'k.dir@wp');
  directory.unsyncChildren[0] = true;
  markUnsync(here, directory, 0);
  expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, false]);
});
