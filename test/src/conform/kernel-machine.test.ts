import { expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { KernelMachine, UnsupportedLayout } from '../../../src/conform/kernel-machine.ts';
import { webAssembly } from '../../../src/conform/web-assembly.ts';

/** A module without anything in it. */
const EMPTY = new Uint8Array([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);

it('a layout with a window is refused, as the harness has no such page', async () => {
  const module = await webAssembly.compile(EMPTY);
  expect(() => new KernelMachine(module, buildLayout(LAYOUTS.window))).toThrow(UnsupportedLayout);
});
