// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import { EXPECTED } from './expected.ts';
import { everyTrace, everyTransition } from './support/every-transition.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf, VERSIONS } from './support/pair.ts';
import { reachable } from './support/reachable.ts';
import { FLOOD_DRIVEN, layoutOf } from './support/settings.ts';

describe.each(VERSIONS)('the specification agrees with Linux %s', (linux) => {
  const kernelTest = kernelTestOn(linux);
  kernelTest('on every reachable transition of layout minimal', async () => {
    const pair = await pairOf({ linux }, layoutOf({ layout: 'minimal', bounds: {} }));
    const tree = reachable(pair.spec.world, 'without ghosts');
    expect(everyTransition(pair, tree, linux)).toEqual(EXPECTED[linux].minimal);
  });

  kernelTest('on every reachable transition of layout minimal, ghosts and all', async () => {
    const pair = await pairOf({ linux }, layoutOf({ layout: 'minimal', bounds: {} }));
    const tree = reachable(pair.spec.world, 'with ghosts');
    expect(everyTransition(pair, tree, linux)).toEqual(EXPECTED[linux].minimalWithGhosts);
  });

  kernelTest('on every reachable transition of layout flood', async () => {
    const pair = await pairOf({ linux }, FLOOD_DRIVEN);
    const tree = reachable(pair.spec.world, 'without ghosts');
    expect(everyTransition(pair, tree, linux)).toEqual(EXPECTED[linux].flood);
  });

  kernelTest('on every trace of 3 events of layout kernel', async () => {
    const pair = await pairOf({ linux }, layoutOf({ layout: 'kernel', bounds: {} }));
    expect(everyTrace(pair, 3, linux)).toEqual(EXPECTED[linux].kernelTraces);
  });

  kernelTest('on every trace of 4 events of layout kernel', async () => {
    const pair = await pairOf({ linux }, layoutOf({ layout: 'kernel', bounds: {} }));
    expect(everyTrace(pair, 4, linux)).toEqual(EXPECTED[linux].kernelLongTraces);
  });
});
