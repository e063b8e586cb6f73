import { describe, expect, it } from 'vitest';
import { setCr0 } from '../../../spec/kvm/set-cr0.ts';
import { access, movCr0, movCr3, rootsOf, scene } from '../helpers.ts';

describe.each(['v5.12', 'patch', 'v6.12'] as const)('%s', (kernel) => {
  it('drops every root when WP changes, and asks for nothing', () => {
    const here = scene({ kernel }, movCr3('b'), movCr3('a'));
    setCr0(here, false);
    expect(here.vcpu.guest.cr0).toEqual({ wp: false });
    expect([rootsOf(here.vcpu), here.vcpu.mmu.requests]).toEqual(['- - - -', []]);
  });

  it('does nothing when WP is what it was', () => {
    const here = scene({ kernel }, access('u0'));
    const before = structuredClone(here.machine);
    setCr0(here, true);
    expect(here.machine).toEqual(before);
  });
});

it('the next root has the other role; the shadow pages of the first stay', () => {
  const { vcpu, machine } = scene({ layout: 'roles' }, access('u0'), movCr0(false), access('u0'));
  expect(vcpu.mmu.root?.page).toBe('a@nowp');
  expect(Object.keys(machine.shadow).sort()).toEqual(['a.u@nowp', 'a.u@wp', 'a@nowp', 'a@wp']);
});
