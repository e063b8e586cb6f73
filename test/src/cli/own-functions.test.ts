import { describe, expect, it } from 'vitest';
import { vtlb } from '../../run-vtlb.ts';
import { BUILT_SPEC, kernelFiles } from './kernel-files.ts';

const { file } = kernelFiles();

/** A kernel file in JavaScript, which need not be compiled: a named kernel with functions of its own. */
const kernel = (name: string, base: string, functions: string, before = '') =>
  file(
    `${name}.mjs`,
    `import { activePcid, defineKernel, kvm, pcidOf } from '${BUILT_SPEC}';
    ${before}
    export default defineKernel({ base: '${base}', kvm: { ${functions} } });\n`,
  );

const json = (...args: string[]) => {
  const { status, stdout, stderr } = vtlb([...args, '--json']);
  expect(stderr).toBe('');
  return { status, value: JSON.parse(stdout) };
};

const on = (layout: string, ...bounds: string[]) => [
  '--layout',
  layout,
  ...bounds.flatMap((bound) => ['--bound', bound]),
];
const TINY = on('minimal', 'pcids=1', 'cachedRoots=1');
const SMALL = on('kernel', 'userPages=0', 'cachedRoots=1');

/** kvm_vcpu_flush_tlb_guest leaves prev_roots alone. */
const leavesPrevRoots = kernel('leaves-prev-roots', 'v6.12', 'syncPrevRoots: () => {}');
const LEAVES_PREV_ROOTS = ['--kernel', 'v6.12', '--set', 'flushGuestService=sync-current'];

/** 509bfe3d9796, its part in kvm_invalidate_pcid. */
const returnsEarly = kernel(
  'returns-early',
  'patch-base',
  `invalidatePcid(here, pcid) {
    const { vcpu } = here;
    if (activePcid(vcpu.guest) === pcid) kvm.syncAndFlushCurrent(here);
    if (!vcpu.cr4.pcide) return;
    kvm.freePrevRoots(here, (root) => pcidOf(vcpu.cr4, root.pgd) === pcid);
  }`,
);

/** Before cf4a8693d97a: only the current root is examined. */
const examinesCurrent = kernel(
  'examines-current',
  'v6.12',
  `freeObsoleteRoots: (here) => {
    const { root } = here.vcpu;
    if (root !== null && here.machine.shadow[root.page].obsolete) kvm.unload(here);
  }`,
);

/** flush_on_reuse: whatever is found is synced and flushed. */
const flushesOnReuse = kernel(
  'flushes-on-reuse',
  'v6.12',
  `fastPgdSwitch: (here, pgd) => {
    const found = kvm.fastPgdSwitch.original(here, pgd);
    if (found) {
      kvm.makeRequest(here, 'MMU_SYNC');
      kvm.makeRequest(here, 'TLB_FLUSH_CURRENT');
    }
    return found;
  }`,
);

describe('a function of KVM replaced comes to what the decision comes to that says the same', () => {
  it.each([
    ['syncPrevRoots', leavesPrevRoots, LEAVES_PREV_ROOTS, SMALL, 'violated'],
    [
      'invalidatePcid',
      returnsEarly,
      ['--kernel', 'patch-base', '--set', 'pcidlessInvalidation=keep-prev-roots'],
      on('minimal', 'cachedRoots=2'),
      'violated',
    ],
    [
      'freeObsoleteRoots',
      examinesCurrent,
      ['--kernel', 'v6.12', '--set', 'obsoleteRoots=current'],
      [...on('deep', 'userPages=0', 'kernelPages=1'), '--max-states', '2000'],
      'violated',
    ],
    [
      'fastPgdSwitch',
      flushesOnReuse,
      ['--kernel', 'v6.12', '--set', 'newPgdHit=always-sync-and-flush'],
      TINY,
      'holds',
    ],
  ])('%s', (_, own, decided, where, verdict) => {
    const mine = json('check', own, ...where);
    const theirs = json('check', ...decided, ...where);
    expect(theirs.value.verdict).toBe(verdict);
    const found = ({ status, value }: typeof mine) => {
      const { verdict, states, facts, transitions, depth, violation } = value;
      return { status, verdict, states, facts, transitions, depth, violation };
    };
    expect(found(mine)).toEqual(found(theirs));
  });

  it('by every way to search', () => {
    for (const how of [
      [...TINY, '--engine', 'in-place', '--max-states', '200'],
      [...TINY, '--tlbs', 'whole', '--workers', '2'],
    ]) {
      const { value: mine } = json('check', flushesOnReuse, ...how);
      const { value: theirs } = json('check', '--set', 'newPgdHit=always-sync-and-flush', ...how);
      for (const what of ['verdict', 'complete', 'states', 'transitions', 'depth'])
        expect([how, what, mine[what]]).toEqual([how, what, theirs[what]]);
      expect(mine.coverage.functions.reached).toEqual(['fastPgdSwitch']);
    }
  });
});

describe('every command takes functions of its own', () => {
  it('replay and export, by which it is stale', () => {
    const trace = json('check', leavesPrevRoots, ...SMALL).value.violation.trace.join('\n');
    const replayed = (...args: string[]) =>
      JSON.parse(vtlb(['replay', '-', '--layout', 'kernel', ...args, '--json'], trace).stdout).verdict;
    expect([replayed('--kernel', leavesPrevRoots), replayed()]).toEqual(['stale', 'clean']);
    const exported = (format: string) =>
      vtlb(['export', '-', '--layout', 'kernel', '--kernel', leavesPrevRoots, '--to', format], trace);
    expect(exported('markdown').stdout).toContain('with its own syncPrevRoots()');
    expect(exported('vitest').stdout).toMatch(/^import kernel from '\.\..*\/leaves-prev-roots\.mjs';$/m);
  });

  it('compare: the same as its decision, and another than its base', () => {
    const compared = (a: string, ...more: string[]) => json('compare', a, ...more, ...TINY);
    const same = compared(flushesOnReuse, 'v6.12', '--set', 'newPgdHit=always-sync-and-flush');
    expect([same.status, same.value.overridden]).toEqual([0, { a: ['fastPgdSwitch()'], b: [] }]);
    expect(compared(flushesOnReuse, 'v6.12').status).toBe(1);
  });

  it('cost: what its decision costs, and not what its base does', () => {
    const costs = (...args: string[]) =>
      json('cost', ...args, '--workload', 'pcid-reuse', 'switch-4', '--events', '1000').value.costs.map(
        ({ kernel: _, ...cost }: Record<string, unknown>) => cost,
      );
    const theirs = costs('--kernel', 'v6.12', '--set', 'newPgdHit=always-sync-and-flush');
    const mine = costs('--kernel', flushesOnReuse);
    expect(mine).toEqual(theirs.filter((_: unknown, i: number) => i % 2 === 1));
    expect(mine).not.toEqual(theirs.filter((_: unknown, i: number) => i % 2 === 0));
  });

  it('kernels: by itself, beside another, and on an event', () => {
    expect(vtlb(['kernels', leavesPrevRoots]).stdout).toContain('has its own syncPrevRoots().');
    expect(vtlb(['kernels', 'v6.12', leavesPrevRoots]).stdout).toContain(
      `decide everything alike.\n${leavesPrevRoots} has its own syncPrevRoots().`,
    );
    const { stdout } = vtlb(['kernels', leavesPrevRoots, '--event', 'invpcid']);
    expect(stdout).toMatch(
      /\n\/\/ kvm_mmu_sync_prev_roots REPLACED by the kernel's own, for spec\/kvm\/flush-guest\.ts:\d+\nconst syncPrevRoots = \(\) => \{\};\n/,
    );
    expect(stdout).not.toContain('isUnsyncRoot');
    const differ = vtlb(['kernels', 'v6.12', leavesPrevRoots, '--event', 'invpcid']).stdout;
    expect(differ).toContain('\n+ const syncPrevRoots = () => {};\n');
  });
});

it('a function that is never called is not exercised, and the report says where it is', () => {
  const path = kernel('new-vpid', 'v6.12', 'flushForNewVpid: () => {}');
  const bounds = on('minimal', 'spaces=1', 'pcids=1', 'cachedRoots=0');
  const { status, stdout } = vtlb(['check', path, ...bounds, '--max-states', '60']);
  expect([status, stdout.match(/^NOT EXERCISED.*$/m)?.[0]]).toEqual([
    3,
    'NOT EXERCISED  never called: flushForNewVpid(), so nothing is said of it',
  ]);
  expect(stdout).toContain(`kernel ${path} (v6.12) with its own flushForNewVpid(), contract kvm, layout`);
  expect(stdout).toContain('exercised on: vpids spaces=1; entries spaces=1; no other small layout');
});

describe('a function that is none of the state is refused, and named', () => {
  it.each([
    ['counter', 'isUnsyncRoot: () => ++n % 3 === 0', 'does something else'],
    ['promise', 'syncPrevRoots: async () => {}', 'it returns a promise'],
    ['keeps', 'syncPrevRoots: (here) => { here.vcpu.seen = true; }', 'it keeps something of its own'],
    ['throws', "syncPrevRoots: () => { throw new Error('no'); }", 'its syncPrevRoots() failed: no'],
    [
      'forever',
      'syncPrevRoots: (here) => kvm.syncPrevRoots(here)',
      'syncPrevRoots() calls itself without end: what it replaces is kvm.syncPrevRoots.original',
    ],
  ])('%s', (name, functions, message) => {
    const path = kernel(name, 'v6.12', functions, 'let n = 0;');
    const { status, stdout, stderr } = vtlb(['check', path, ...SMALL]);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringContaining(message)]);
    if (name === 'counter') expect(stderr).toContain('isUnsyncRoot(), called by ');
  });
});

describe('a kernel file that replaces what it cannot', () => {
  const define = (functions: string) => `import { defineKernel } from 'vtlb/spec';
export default defineKernel({ base: 'v6.12', kvm: { ${functions} } });\n`;

  it.each([
    [
      'result.ts',
      'syncPage: () => 5',
      /result\.ts:2:\d+: Type '\(\) => number' is not assignable to type '\(here: Here, .*Type 'number' is not assignable to type 'boolean'/,
    ],
    ['name.ts', 'syncPrevRootz: () => {}', /name\.ts:2:\d+: .*'syncPrevRootz'.*'syncPrevRoots'/],
    [
      'cast.ts',
      '...({ syncPrevRootz: () => {} } as object)',
      /cast\.ts: kvm has no function 'syncPrevRootz'/,
    ],
  ])('%s', (name, functions, message) => {
    const { status, stdout, stderr } = vtlb(['check', file(name, define(functions))]);
    expect([status, stdout, stderr]).toEqual([2, '', expect.stringMatching(message)]);
  });
});
