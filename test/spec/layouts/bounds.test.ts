import { describe, expect, it } from 'vitest';
import {
  BOUND_LIMITS,
  BoundError,
  type BoundName,
  checkBounds,
  DEFAULT_BOUNDS,
} from '../../../spec/layouts/bounds.ts';

const NAMES = Object.keys(BOUND_LIMITS) as BoundName[];
const withBound = (name: BoundName, value: number) => () => checkBounds({ ...DEFAULT_BOUNDS, [name]: value });

it('the defaults are two spaces, two PCIDs, a user page, two frames, one vCPU and three cached roots', () => {
  expect(DEFAULT_BOUNDS).toEqual({
    spaces: 2,
    pcids: 2,
    userPages: 1,
    kernelPages: 0,
    frames: 2,
    vcpus: 1,
    cachedRoots: 3,
  });
  expect(() => checkBounds(DEFAULT_BOUNDS)).not.toThrow();
});

describe.each(NAMES)('the bound %s', (name) => {
  const [least, greatest] = BOUND_LIMITS[name];

  it('may be at its greatest', () => {
    expect(withBound(name, greatest)).not.toThrow();
  });

  it('may be at its least, with a virtual page in the other half', () => {
    const rest = name === 'userPages' ? { kernelPages: 1 } : {};
    expect(() => checkBounds({ ...DEFAULT_BOUNDS, ...rest, [name]: least })).not.toThrow();
  });

  it.each([least - 1, greatest + 1, least + 0.5, Number.NaN])('is refused by name at %s', (value) => {
    expect(withBound(name, value)).toThrow(BoundError);
    expect(withBound(name, value)).toThrow(`bound ${name}=${value}`);
    expect(withBound(name, value)).toThrow(`${least} to ${greatest}`);
  });
});

it('more cached roots than KVM_MMU_NUM_PREV_ROOTS are refused', () => {
  expect(withBound('cachedRoots', 4)).toThrow('cachedRoots');
});

it('a guest without a virtual page is refused', () => {
  expect(() => checkBounds({ ...DEFAULT_BOUNDS, userPages: 0, kernelPages: 0 })).toThrow(BoundError);
});
