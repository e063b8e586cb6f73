import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../spec/kernels/decisions.ts';
import { setCr4 } from '../../../spec/kvm/set-cr4.ts';
import type { Cr4 } from '../../../spec/state/registers.ts';
import {
  inUse,
  type KernelSetting,
  movCr3,
  rootsOf,
  type Scene,
  scene,
  shadowOf,
  worldOf,
} from '../helpers.ts';

const OFF: Cr4 = { pcide: false, pge: false, smep: false };
const KEPT = 'a|0 b|0 - -';
const UNLOADED = '- - - -';

/** Roots a and b under CR4=`from`, and then a write of `to`; the entry behind it does not happen. */
function change(kernel: KernelSetting, from: Partial<Cr4>, to: Partial<Cr4>): Scene {
  const here = scene({}, movCr3('b'), movCr3('a'));
  const world = { ...here.world, kernel: worldOf({ kernel }).kernel };
  here.vcpu.guest.cr4 = { ...OFF, ...from };
  setCr4({ ...here, world }, { ...OFF, ...to });
  return here;
}

type Row = readonly [from: string, to: string, requests: string, roots: string];

const bits = (names: string): Partial<Cr4> =>
  Object.fromEntries(names.split(' ').flatMap((name) => (name === '-' ? [] : [[name, true]])));

function check(kernel: KernelSetting, [from, to, requests, roots]: Row): void {
  const { vcpu } = change(kernel, bits(from), bits(to));
  expect([vcpu.mmu.requests.join(' '), rootsOf(vcpu)]).toEqual([requests, roots]);
}

describe('v5.18 and later: independent effects', () => {
  it.each<Row>([
    ['-', '-', '', KEPT],
    ['pcide pge smep', 'pcide pge smep', '', KEPT],
    ['-', 'pcide', '', UNLOADED],
    ['pcide', '-', 'TLB_FLUSH_GUEST', KEPT],
    ['-', 'pge', 'TLB_FLUSH_GUEST', KEPT],
    ['pge', '-', 'TLB_FLUSH_GUEST', KEPT],
    ['-', 'smep', 'TLB_FLUSH_CURRENT', UNLOADED],
    ['smep', '-', '', UNLOADED],
    ['-', 'pcide pge', 'TLB_FLUSH_GUEST', UNLOADED],
    ['pge', 'pcide', 'TLB_FLUSH_GUEST', UNLOADED],
    ['pcide pge', '-', 'TLB_FLUSH_GUEST', KEPT],
    ['pcide', 'pge', 'TLB_FLUSH_GUEST', KEPT],
    ['-', 'pge smep', 'TLB_FLUSH_GUEST', UNLOADED],
    ['smep', 'pge', 'TLB_FLUSH_GUEST', UNLOADED],
    ['-', 'pcide smep', 'TLB_FLUSH_CURRENT', UNLOADED],
    ['pcide', 'smep', 'TLB_FLUSH_GUEST', UNLOADED],
    ['-', 'pcide pge smep', 'TLB_FLUSH_GUEST', UNLOADED],
    ['pcide pge smep', '-', 'TLB_FLUSH_GUEST', UNLOADED],
  ])('%s to %s raises "%s" and leaves %s', (...row) => {
    check('v6.12', row);
    check('v5.18', row);
  });
});

describe('the patch: the first effect of role, PCIDE, PGE', () => {
  it.each<Row>([
    ['-', '-', '', KEPT],
    ['-', 'pcide', 'MMU_RELOAD', KEPT],
    ['pcide', '-', 'MMU_RELOAD', KEPT],
    ['-', 'pge', 'TLB_FLUSH_GUEST', KEPT],
    ['pge', '-', 'TLB_FLUSH_GUEST', KEPT],
    ['-', 'smep', '', UNLOADED],
    ['smep', '-', '', UNLOADED],
    ['-', 'pcide pge', 'MMU_RELOAD', KEPT],
    ['pcide pge', '-', 'MMU_RELOAD', KEPT],
    ['-', 'pge smep', '', UNLOADED],
    ['-', 'pcide smep', '', UNLOADED],
    ['pcide', 'smep', '', UNLOADED],
    ['-', 'pcide pge smep', '', UNLOADED],
  ])('%s to %s raises "%s" and leaves %s', (...row) => {
    check('patch', row);
    check('v5.16', row);
  });
});

describe('the parent of the patch', () => {
  it.each<Row>([
    ['-', 'pcide', '', KEPT],
    ['pcide', '-', 'TLB_FLUSH_GUEST', KEPT],
    ['-', 'pge', 'TLB_FLUSH_GUEST', KEPT],
    ['-', 'pcide pge', 'TLB_FLUSH_GUEST', KEPT],
    ['pcide pge', '-', 'TLB_FLUSH_GUEST', KEPT],
    ['-', 'smep', '', UNLOADED],
    ['-', 'pge smep', '', UNLOADED],
  ])('%s to %s raises "%s" and leaves %s', (...row) => {
    check('patch-base', row);
  });
});

describe('up to v5.15: PGE and PCIDE 1->0 reset the MMU, PCIDE 0->1 does nothing', () => {
  it.each<Row>([
    ['-', 'pcide', '', KEPT],
    ['pcide', '-', '', UNLOADED],
    ['-', 'pge', '', UNLOADED],
    ['pge', '-', '', UNLOADED],
    ['-', 'smep', '', UNLOADED],
    ['-', 'pcide pge', '', UNLOADED],
    ['pcide pge', '-', '', UNLOADED],
  ])('%s to %s raises "%s" and leaves %s', (...row) => {
    check('v5.14', row);
    check('v5.12', row);
  });
});

describe('what no release does', () => {
  const mutant = (changes: Partial<Kernel>) => ({ base: 'v6.12', ...changes }) as const;

  it.each<readonly [Partial<Kernel>, ...Row]>([
    [{ pcideSet: 'free-prev-roots' }, '-', 'pcide', '', 'a|0 - - -'],
    [{ pcideClear: 'nothing' }, 'pcide', '-', '', KEPT],
    [{ pgeToggle: 'sync-and-flush-current' }, '-', 'pge', 'MMU_SYNC TLB_FLUSH_CURRENT', KEPT],
    [{ pgeToggle: 'nothing' }, '-', 'pge', '', KEPT],
    [{ pcideClear: 'reload' }, 'pcide', 'pge', 'MMU_RELOAD TLB_FLUSH_GUEST', KEPT],
    [{ smepSet: 'nothing' }, '-', 'smep', '', UNLOADED],
  ])('%j: %s to %s raises "%s" and leaves %s', (changes, ...row) => {
    check(mutant(changes), row);
  });
});

it('SMEP resets the MMU with WP=1 too, though the same shadow pages are found again', () => {
  const here = change('v6.12', {}, { smep: true });
  expect(here.vcpu.guest.cr0.wp).toBe(true);
  const page = shadowOf(here, 'a@wp');
  here.run({ kind: 'access', cpu: 0, page: 'u0' });
  expect(shadowOf(here, here.vcpu.mmu.root?.page ?? '')).toBe(page);
});

it('CR4 is what was written', () => {
  expect(change('v6.12', { pge: true }, { pcide: true }).vcpu.guest.cr4).toEqual({ ...OFF, pcide: true });
});

it('the unload of v5.18 flushes nothing by itself', () => {
  const here = scene({}, { kind: 'access', cpu: 0, page: 'u0' });
  setCr4(here, { ...OFF, pcide: true });
  expect(inUse(here.vcpu).hardware).toHaveLength(1);
  expect(here.vcpu.mmu.requests).toEqual([]);
});
