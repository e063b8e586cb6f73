import { describe, expect, it } from 'vitest';
import { foundInState } from '../../../spec/properties/judge.ts';
import { vtlbWithinGuestTlb } from '../../../spec/properties/vtlb-within-guest-tlb.ts';
import {
  access,
  inUse,
  invlpg,
  invpcidAll,
  invpcidSingle,
  type KernelSetting,
  movCr3,
  noflush,
  type Scene,
  SET_PCIDE,
  scene,
  writePte,
} from '../helpers.ts';

const violation = ({ world, machine }: Scene) => foundInState(vtlbWithinGuestTlb, world, machine);
const changed = () => scene({}, access('u0'), writePte('a:u0', 'f2'));

describe('safety', () => {
  it('holds while the guest has not flushed', () => {
    expect(violation(changed())).toBeNull();
  });

  it('breaks when the guest TLB has lost what the vTLB still holds', () => {
    const here = changed();
    inUse(here.vcpu).guest = [];
    expect(violation(here)).toBe('cpu 0: root (a|0) still maps u0 to f1');
  });

  it('breaks by the PCID that the guest runs under, whatever CR3 value its root was built for', () => {
    const here = changed();
    expect(violation(here)).toBeNull();
    here.vcpu.guest.cr4.pcide = true;
    here.vcpu.guest.cr3 = { space: 'a', low: 1 };
    expect(inUse(here.vcpu).guest).toContainEqual({ pcid: 0, page: 'u0', frame: 'f1' });
    expect(violation(here)).toBe('cpu 0: root (a|1) still maps u0 to f1');
  });

  it('breaks by the hardware TLB alone', () => {
    const here = changed();
    here.run(movCr3('a'), access('u0'));
    expect(violation(here)).toBeNull();
    inUse(here.vcpu).hardware = [{ pcid: 0, page: 'u0', frame: 'f1' }];
    expect(violation(here)).toBe('cpu 0: the hardware TLB for a|0 still maps u0 to f1');
  });
});

/** b maps another frame than a, else its stale entry could be one that a left under the same PCID. */
describe('by the message of the patch', () => {
  const stale = (kernel: KernelSetting, flush: 'mov-cr3' | 'invpcid') =>
    violation(
      scene(
        { kernel },
        writePte('b:u0', 'f2'),
        movCr3('b'),
        access('u0'),
        movCr3('a'),
        writePte('b:u0', 'f1'),
        flush === 'mov-cr3' ? movCr3('a') : invpcidSingle(0),
        SET_PCIDE,
        noflush('b'),
      ),
    ) !== null;

  it.each([
    ['v5.13', 'mov-cr3', true],
    ['v5.13', 'invpcid', false],
    ['v5.14', 'mov-cr3', false],
    ['patch', 'mov-cr3', false],
    ['patch', 'invpcid', false],
    ['v6.12', 'mov-cr3', false],
  ] as const)('%s after %s is stale: %s', (kernel, flush, expected) => {
    expect(stale(kernel, flush)).toBe(expected);
  });

  it('the patch without its CR4 part is stale after INVPCID single', () => {
    expect(stale({ base: 'patch', pcideSet: 'nothing' }, 'invpcid')).toBe(true);
  });
});

describe('what the contracts make of a cached root', () => {
  it.each([
    ['sdm', 'cpu 0: prev_roots[0] (b|1) still maps u0 to f2'],
    ['kvm', null],
  ] as const)(
    '%s, refreshed by INVLPG of v6.1 and then changed without an exit: %s',
    (contract, expected) => {
      const here = scene({ kernel: 'v6.1', contract }, SET_PCIDE, noflush('b|1'), access('u0'), noflush('a'));
      here.run(writePte('b:u0', 'f2'), invlpg('u0'), writePte('b:u0', 'f1'));
      expect(violation(here)).toBe(expected);
    },
  );

  it.each([
    ['sdm', true],
    ['kvm', false],
  ] as const)('%s, kept by a full flush and going unsync later: stale %s', (contract, stale) => {
    const here = scene(
      { contract },
      SET_PCIDE,
      access('u0'),
      noflush('b|1'),
      invpcidAll,
      writePte('a:u0', 'f2'),
    );
    expect(violation(here) !== null).toBe(stale);
  });
});

it.each([
  ['v5.12', true],
  ['v5.13', false],
  ['v6.12', false],
] as const)(
  'item 5 of the bug corpus: a guest flush in %s that leaves a root unsync is stale: %s',
  (kernel, stale) => {
    const here = scene(
      { kernel: { base: kernel, invpcidAll: 'flush-guest' } },
      access('u0'),
      writePte('a:u0', 'f2'),
    );
    here.run(invpcidAll);
    expect(violation(here) !== null).toBe(stale);
  },
);
