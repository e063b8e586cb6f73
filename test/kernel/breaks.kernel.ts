// SPDX-License-Identifier: GPL-2.0
import { describe, expect } from 'vitest';
import { KERNELS } from '../../spec/kernels/named.ts';
import type { ShadowPage } from '../../spec/state/shadow.ts';
import type { Here } from '../../spec/world/world.ts';
import { formatEvent } from '../../src/trace/print.ts';
import { formatFound } from './support/agree.ts';
import { kernelTestOn } from './support/kernel-test.ts';
import { pairOf } from './support/pair.ts';
import { layoutOf, mapsTable, SETTINGS, settingName } from './support/settings.ts';
import { walk } from './support/walk.ts';

const kernelTest = kernelTestOn('6.12');

describe('the comparison can fail', () => {
  kernelTest('the record of v6.1 is not that of Linux 6.12: INVLPG refetches where Linux syncs', async () => {
    const layout = layoutOf({ layout: 'minimal', bounds: {} });
    const pair = await pairOf({ linux: '6.12', record: KERNELS['v6.1'] }, layout);
    const found = walk(pair, { seed: 1, events: 100_000, length: 50 });
    if (typeof found === 'number') throw new Error(`no difference in ${found} events`);
    const events = found.trace.map(formatEvent);
    expect(events.length).toBeLessThanOrEqual(4);
    expect(events.at(-1)).toMatch(/^(invlpg|invpcid address)/);
    expect(found.difference.differs).toEqual([expect.stringMatching(/^shadow [ab]\.u@wp$/)]);
    const report = formatFound(found, '6.12');
    expect(report).toContain('the specification and Linux 6.12 differ after the last of these events:');
    for (const event of events) expect(report).toContain(event);
    expect(report).toMatch(/^!= +shadow [ab]\.u@wp /m);
  });

  kernelTest('a wrong cell of the record is found, whichever way it matters', async () => {
    const layout = layoutOf({ layout: 'kernel', bounds: {} });
    const wrong = { ...KERNELS['v6.12'], pgeToggle: 'sync-and-flush-current' } as const;
    const pair = await pairOf({ linux: '6.12', record: wrong }, layout);
    const found = walk(pair, { seed: 1, events: 100_000, length: 50 });
    if (typeof found === 'number') throw new Error(`no difference in ${found} events`);
    expect(found.trace.map(formatEvent)).toEqual([expect.stringMatching(/^mov-cr4 .*pge=1/)]);
    expect(found.difference.differs).toContain('requests');
  });

  kernelTest(
    'a table that stays writable without its SPTE is found where the guest maps it, and only there',
    async () => {
      const dropSpte = (_: Here, sp: ShadowPage, index: number) => {
        sp.entries[index] = null;
      };
      const record = { ...KERNELS['v6.12'], kvm: { dropSpte } };
      for (const [i, setting] of SETTINGS.entries()) {
        const pair = await pairOf({ linux: '6.12', record }, layoutOf(setting));
        const found = walk(pair, { seed: i + 1, events: 4_000, length: 50 });
        if (!mapsTable(setting)) expect([settingName(setting), found]).toEqual([settingName(setting), 4_000]);
        else if (typeof found === 'number') throw new Error(`no difference on ${settingName(setting)}`);
        else expect(found.difference.differs).toEqual(['writable tables']);
      }
    },
  );
});
