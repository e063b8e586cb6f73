import { expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { childKey, hasUnsyncChildren, obsoleteId, shadowPageId } from '../../../spec/state/shadow.ts';
import { access, scene, shadowOf, writePte } from '../helpers.ts';

it('a shadow page is named by its guest page and role', () => {
  expect(shadowPageId({ page: 'a.u', role: 'nowp' })).toBe('a.u@nowp');
});

it('a child has its own level, unless that is too high to be linked', () => {
  const { memory } = buildLayout(LAYOUTS.window);
  const parent = { role: 'wp', level: 2 } as const;
  expect(shadowPageId(childKey(memory, parent, 'a.u'))).toBe('a.u@wp');
  expect(shadowPageId(childKey(memory, parent, 'b'))).toBe('b@wp/1');
});

it('the name of a zapped root differs from every other', () => {
  expect(obsoleteId('a@wp')).toBe('a@wp!');
});

it('one marked entry is an unsync child', () => {
  const here = scene({ layout: 'kernel' }, access('k0'));
  expect(hasUnsyncChildren(shadowOf(here, 'a@wp'))).toBe(false);
  here.run(writePte('a:k0', 'f2'));
  expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, true]);
  expect(hasUnsyncChildren(shadowOf(here, 'a@wp'))).toBe(true);
});
