import { describe, expect, it } from 'vitest';
import { CONTRACTS } from '../../../spec/contracts/named.ts';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import { exactly, soundly } from '../../../src/testing/oracle.ts';

/** Machines looked at; many of them share a key. */
const MACHINES = 700;

describe('of machines with one key the same is expected ever after', () => {
  it.each([
    ['soundly', 'vpids', soundly],
    ['soundly', 'nested', soundly],
    ['soundly', 'faults', soundly],
    ['soundly', 'minimal', soundly],
    ['exactly', 'vpids', exactly],
  ] as const)('%s on %s', (_, name, oracleOf) => {
    const layout = buildLayout(LAYOUTS[name]);
    const oracle = oracleOf({ kernel: KERNELS.naive, contract: CONTRACTS.kvm, layout });
    const after = new Map<string, string>();
    const queue: Machine[] = [oracle.start()];
    let again = 0;
    for (const machine of queue) {
      const next = layout.events.map((event) => oracle.next(machine, event));
      const outcome = JSON.stringify(next.map((one) => [one.expected, oracle.key(one.machine)]));
      const key = oracle.key(machine);
      if (after.has(key)) again++;
      expect(after.get(key) ?? outcome).toBe(outcome);
      after.set(key, outcome);
      if (queue.length < MACHINES) queue.push(...next.map((one) => one.machine));
    }
    expect(again).toBeGreaterThan(MACHINES / 4);
  });
});
