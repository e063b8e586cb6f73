import { describe, expect, it } from 'vitest';
import { foundInState, foundInStep } from '../../../spec/properties/judge.ts';
import type { Property } from '../../../spec/properties/property.ts';
import {
  cachedRootsDistinct,
  cachedRootsInRecencyOrder,
  noObsoleteRootAtEntry,
  requestsDrainedAtEntry,
  rootMatchesCr3,
} from '../../../spec/properties/roots.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { access, cpuOf, movCr3, noflush, SET_PCIDE, scene, shadowOf, stepOf } from '../helpers.ts';

const busy = () =>
  scene({ bounds: { spaces: 3 } }, movCr3('b'), movCr3('c'), SET_PCIDE, noflush('b|1'), noflush('a|1'));

function afterEdit(property: Property, edit: (vcpu: Vcpu) => void): string | null {
  const { world, machine, vcpu } = busy();
  edit(vcpu);
  return foundInState(property, world, machine);
}

it.each([requestsDrainedAtEntry, rootMatchesCr3, cachedRootsDistinct, noObsoleteRootAtEntry])(
  '$name holds while the guest runs',
  (property) => {
    expect(afterEdit(property, () => {})).toBeNull();
  },
);

it('requests-drained-at-entry breaks by one that is pending', () => {
  const message = afterEdit(requestsDrainedAtEntry, (vcpu) => vcpu.mmu.requests.push('MMU_SYNC'));
  expect(message).toBe('cpu 0: MMU_SYNC pending while the guest runs');
});

describe('root-matches-cr3 breaks', () => {
  it('without a root', () => {
    const message = afterEdit(rootMatchesCr3, (vcpu) => {
      vcpu.mmu.root = null;
    });
    expect(message).toBe('cpu 0: no root while the guest runs');
  });

  it('under another CR3, were it only its low bits', () => {
    const message = afterEdit(rootMatchesCr3, (vcpu) => {
      vcpu.guest.cr3 = { space: 'a', low: 0 };
    });
    expect(message).toBe('cpu 0: root a|1 under CR3 a|0');
  });

  it('by a root on the page of another space', () => {
    const message = afterEdit(rootMatchesCr3, (vcpu) => {
      vcpu.mmu.root = { pgd: vcpu.guest.cr3, page: 'b@wp' };
    });
    expect(message).toBe('cpu 0: root a|1 points to b@wp');
  });

  it('by a root of another role', () => {
    const message = afterEdit(rootMatchesCr3, (vcpu) => {
      vcpu.guest.cr0 = { wp: false };
    });
    expect(message).toBe('cpu 0: root a|1 has role wp, not nowp');
  });

  it('by a hardware CR3 that was not loaded', () => {
    const message = afterEdit(rootMatchesCr3, (vcpu) => {
      vcpu.mmu.hardwareCr3 = { page: 'b@wp', pcid: 1 };
    });
    expect(message).toBe('cpu 0: the hardware CR3 does not point to root a|1');
  });

  it('by a hardware CR3 with another PCID', () => {
    const message = afterEdit(rootMatchesCr3, (vcpu) => {
      vcpu.mmu.hardwareCr3 = { page: 'a@wp', pcid: 0 };
    });
    expect(message).toBe('cpu 0: the hardware CR3 carries PCID 0');
  });
});

describe('cached-roots-distinct', () => {
  it('breaks by two roots for one CR3 value', () => {
    const message = afterEdit(cachedRootsDistinct, (vcpu) => {
      vcpu.mmu.prevRoots[2] = vcpu.mmu.root;
    });
    expect(message).toBe('cpu 0: root and prev_roots[2] (a|1) are for one CR3 value');
  });

  it('allows two roots on one shadow page', () => {
    const message = afterEdit(cachedRootsDistinct, (vcpu) => {
      vcpu.mmu.prevRoots[2] = { pgd: { space: 'a', low: 0 }, page: 'a@wp' };
    });
    expect(message).toBeNull();
  });
});

it('no-obsolete-root-at-entry breaks by a cached root that was zapped', () => {
  const here = busy();
  here.machine.shadow['b@wp!'] = { ...shadowOf(here, 'b@wp'), obsolete: true };
  here.vcpu.mmu.prevRoots[0] = { pgd: { space: 'b', low: 1 }, page: 'b@wp!' };
  expect(foundInState(noObsoleteRootAtEntry, here.world, here.machine)).toBe(
    'cpu 0: prev_roots[0] (b|1) is obsolete',
  );
});

describe('cached-roots-in-recency-order', () => {
  const loaded = (edit: (vcpu: Vcpu) => void) => {
    const here = scene({ bounds: { spaces: 3 } }, movCr3('b'));
    const step = stepOf(here, movCr3('c'));
    edit(cpuOf(step.after, 0));
    return foundInStep(cachedRootsInRecencyOrder, here.world, step);
  };

  it('holds over a load', () => {
    expect(loaded(() => {})).toBeNull();
  });

  it('holds over a load that frees a root', () => {
    expect(
      loaded((vcpu) => {
        vcpu.mmu.prevRoots[0] = null;
      }),
    ).toBeNull();
  });

  it('breaks by two that have changed places', () => {
    expect(
      loaded((vcpu) =>
        vcpu.mmu.prevRoots.splice(0, 2, vcpu.mmu.prevRoots[1] ?? null, vcpu.mmu.prevRoots[0] ?? null),
      ),
    ).toBe('cpu 0: prev_roots[1] (b|0) is out of order');
  });

  it('breaks by one that comes from nowhere', () => {
    expect(
      loaded((vcpu) => {
        vcpu.mmu.prevRoots[0] = { pgd: { space: 'a', low: 8 }, page: 'a@wp' };
      }),
    ).toBe('cpu 0: prev_roots[0] (a|8) is out of order');
  });

  it('holds over a step that leaves the roots alone', () => {
    const here = scene({}, movCr3('b'));
    expect(foundInStep(cachedRootsInRecencyOrder, here.world, stepOf(here, access('u0')))).toBeNull();
  });
});
