import { describe, expect, it } from 'vitest';
import { getShadowPage } from '../../../spec/kvm/get-shadow-page.ts';
import { shadowsOf, writeProtect } from '../../../spec/kvm/shadow-page.ts';
import { access, type KernelSetting, movCr3, scene, shadowOf, writePte, zapAll } from '../helpers.ts';

describe('a page that has no shadow in the role', () => {
  it('gets an empty one, in sync', () => {
    const here = scene({ layout: 'kernel' });
    const sp = getShadowPage(here, { page: 'b', role: 'wp' });
    expect(sp).toMatchObject({ page: 'b', role: 'wp', level: 2, unsync: false, entries: [null, null] });
    expect(sp).toBe(shadowOf(here, 'b@wp'));
  });

  it('gets one beside those of other roles', () => {
    const here = scene();
    getShadowPage(here, { page: 'a', role: 'nowp' });
    expect(shadowsOf(here, 'a').map(({ role }) => role)).toEqual(['wp', 'nowp']);
  });

  it('is write-protected, with a flush of every vCPU if it was writable', () => {
    const here = scene({}, writePte('b:u0', 'f2'));
    getShadowPage(here, { page: 'b.u', role: 'wp' });
    expect(here.machine.writable['b.u']).toBe(false);
    expect(here.vcpu.mmu.requests).toEqual(['TLB_FLUSH']);
  });

  it('is not flushed for if it was not', () => {
    const here = scene();
    getShadowPage(here, { page: 'b.u', role: 'wp' });
    expect(here.vcpu.mmu.requests).toEqual([]);
  });
});

describe('a page that has one', () => {
  it('is found again, and its write flooding count starts again', () => {
    const here = scene();
    const sp = shadowOf(here, 'a@wp');
    sp.writeFloodingCount = 2;
    expect(getShadowPage(here, { page: 'a', role: 'wp' })).toBe(sp);
    expect(sp.writeFloodingCount).toBe(0);
  });

  it('that was zapped is not found', () => {
    const here = scene();
    here.exit(zapAll);
    expect(shadowsOf(here, 'a')).toEqual([]);
    expect(getShadowPage(here, { page: 'a', role: 'wp' }).obsolete).toBe(false);
  });
});

describe('a level-1 page found unsync', () => {
  const unsync = (kernel: KernelSetting = 'v6.12', frame = 'f2') =>
    scene({ kernel, layout: 'kernel' }, access('k0'), writePte('a:k0', frame), movCr3('b'));

  it('has its entries brought up to date, and stays unsync and writable', () => {
    const here = unsync();
    expect(getShadowPage(here, { page: 'k', role: 'wp' })).toMatchObject({ unsync: true, entries: [null] });
    expect(here.machine.writable.k).toBe(true);
    expect(shadowOf(here, 'a@wp').unsyncChildren).toEqual([false, true]);
  });

  it('marks the parent that links it', () => {
    const here = unsync();
    expect(here.run(access('k0')).sees).toEqual(['f2']);
    expect(shadowOf(here, 'k@wp').unsync).toBe(true);
    expect(shadowOf(here, 'b@wp').unsyncChildren).toEqual([false, true]);
  });

  it.each([
    ['v5.14', 'f2', ['TLB_FLUSH_CURRENT']],
    ['v5.14', 'f1', ['TLB_FLUSH_CURRENT']],
    ['v6.12', 'f2', ['TLB_FLUSH']],
    ['v6.12', 'f1', []],
  ] as const)('in %s, with the guest entry now %s, raises %j', (kernel, frame, requests) => {
    const here = unsync(kernel, frame);
    getShadowPage(here, { page: 'k', role: 'wp' });
    expect(here.vcpu.mmu.requests).toEqual(requests);
  });
});

it('write protection says whether the page was writable', () => {
  const here = scene({}, writePte('a:u0', 'f2'));
  expect([writeProtect(here, 'a.u'), writeProtect(here, 'a.u')]).toEqual([true, false]);
});
