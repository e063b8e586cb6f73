import { expect, it } from 'vitest';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { BothSteps } from '../../../src/conform/lockstep.ts';
import { formatConform } from '../../../src/conform/steps.ts';
import { ofCpu } from '../../../src/conform/view.ts';

const layout = buildLayout(LAYOUTS.minimal);
const REQUESTS = ['MMU_SYNC', 'LOAD_MMU_PGD', 'TLB_FLUSH_CURRENT'];

it('sets what either side requests beside its name, wrapped or not', () => {
  const view = new Map([
    ['outcome', 'ok'],
    [ofCpu(layout, 0, 'requests'), REQUESTS.join(' ')],
    [ofCpu(layout, 0, 'root'), 'a|0'],
    [ofCpu(layout, 0, 'prev_roots'), 'b|0 - -'],
  ]);
  const event = { kind: 'mov-cr3', cpu: 0, space: 'a', low: 0, noflush: false } as const;
  const step = { event, spec: { view, sees: [] }, kernel: view, differs: [] } as unknown as BothSteps;
  const lines = formatConform(layout, { steps: [step], gaveUp: null }, '6.12', 80).split('\n');
  const sides = lines
    .slice(2)
    .join('\n')
    .split(/(?=Linux)/);
  expect(sides.map((side) => side.match(/[A-Z]+_[A-Z_]+/g))).toEqual([REQUESTS, REQUESTS]);
  expect(lines.length).toBeGreaterThan(2 + 2 * REQUESTS.length);
});
