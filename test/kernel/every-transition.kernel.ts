// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import { EXPECTED } from './expected.ts';
import { everyTrace, everyTransition } from './support/every-transition.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf, USUAL } from './support/pair.ts';
import { reachable } from './support/reachable.ts';
import { FLOOD_DRIVEN, layoutOf } from './support/settings.ts';

/** Linux 6.1 and 7.3 take as long again, and are whole in `npm run test:kernel:exhaustive`. */
kernelTestOn('6.12')(
  'the specification agrees with Linux 6.12 on every reachable transition of layout minimal',
  async () => {
    const pair = await pairOf({ linux: '6.12' }, layoutOf({ layout: 'minimal', bounds: {} }));
    const tree = reachable(pair.spec.world, 'without ghosts');
    expect(everyTransition(pair, tree, '6.12')).toEqual(EXPECTED['6.12'].minimal);
  },
);

describe.each(USUAL)('the specification agrees with Linux %s', (linux) => {
  kernelTestOn(linux)(
    'on every reachable transition of layout flood, where the guest stores through a page that it maps',
    async () => {
      const pair = await pairOf({ linux }, FLOOD_DRIVEN);
      const tree = reachable(pair.spec.world, 'without ghosts');
      expect(everyTransition(pair, tree, linux)).toEqual(EXPECTED[linux].flood);
    },
  );

  kernelTestOn(linux)('on every trace of 3 events of layout kernel', async () => {
    const pair = await pairOf({ linux }, layoutOf({ layout: 'kernel', bounds: {} }));
    expect(everyTrace(pair, 3, linux)).toEqual(EXPECTED[linux].kernelTraces);
  });
});
