import { describe, expect, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { worldOf } from '../setting.ts';
import { showsStale } from './study.ts';
import { dataOf } from './support.ts';

const data = dataOf({ kernel: 'v6.12', layout: 'kernel', bounds: {} });

/** Two spaces with a PCID each; the inactive one's table is written after a flush, then it is loaded. */
function stale(kernel: keyof typeof KERNELS, flush: string): boolean {
  const trace = `access u0
mov-cr4 pcide=1 pge=0
mov-cr3 b pcid=1
${flush}
write-pte a:u0 f2
mov-cr3 a noflush`;
  const of = { ...data, kernel: KERNELS[kernel] };
  return showsStale(
    of,
    parseTrace(trace, worldOf(of).layout).map(({ event }) => event),
  );
}

describe('two spaces with PCIDs of their own', () => {
  it.each(['v6.1', 'v6.12'] as const)('%s: what reads the old frame, and what the new one', (kernel) => {
    expect({
      all: stale(kernel, 'invpcid all'),
      'all-nonglobal': stale(kernel, 'invpcid all-nonglobal'),
      'PGE toggle': stale(kernel, 'mov-cr4 pge=1\nmov-cr4 pge=0'),
      address: stale(kernel, 'invpcid address pcid=0 u0'),
      single: stale(kernel, 'invpcid single pcid=0'),
    }).toEqual({ all: true, 'all-nonglobal': true, 'PGE toggle': true, address: true, single: false });
  });

  it('naive reads the new frame after each', () => {
    for (const flush of ['invpcid all', 'invpcid address pcid=0 u0', 'mov-cr4 pge=1'])
      expect(stale('naive', flush)).toBe(false);
  });
});
