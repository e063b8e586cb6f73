import { testSteps } from './support.ts';

testSteps(new URL('./steps.exhaustive.json', import.meta.url), [
  {
    step: 'erasures',
    contract: 'kvm',
    layout: 'minimal',
    bounds: { userPages: 2, spaces: 1, cachedRoots: 0 },
  },
  { step: 'erasures', contract: 'kvm', layout: 'minimal', bounds: { cachedRoots: 1 } },
  { step: 'erasures', contract: 'kvm', layout: 'kernel', bounds: { userPages: 0, cachedRoots: 1 } },
  { step: 'erasures', contract: 'kvm', layout: 'smp', bounds: { spaces: 1, cachedRoots: 1 } },
  { step: 'erasures', contract: 'kvm', layout: 'roles', bounds: { spaces: 1, cachedRoots: 1 } },
  {
    step: 'three frames for more, f1 told apart',
    layout: 'minimal',
    bounds: { frames: 4, spaces: 1, cachedRoots: 1 },
  },
  {
    step: 'three frames for more, f2 told apart',
    layout: 'minimal',
    bounds: { frames: 4, spaces: 1, cachedRoots: 1 },
  },
  {
    step: 'three frames for more, f1 told apart',
    layout: 'shared',
    bounds: { userPages: 1, frames: 4, spaces: 1, cachedRoots: 1 },
  },
  {
    step: 'three frames for more, f2 told apart',
    kernel: 'v6.1',
    layout: 'minimal',
    bounds: { frames: 4, spaces: 1, cachedRoots: 1 },
  },
  {
    step: 'three frames for more, f1 told apart',
    layout: 'smp',
    bounds: { frames: 4, spaces: 1, pcids: 1, cachedRoots: 0 },
  },
  {
    step: 'a neighbour that never changes',
    layout: 'minimal',
    bounds: { userPages: 2, spaces: 1, cachedRoots: 0 },
  },
  {
    step: 'a neighbour that never changes',
    layout: 'minimal',
    bounds: { userPages: 2, pcids: 1, cachedRoots: 1 },
  },
  {
    step: 'a neighbour that never changes',
    layout: 'shared',
    bounds: { userPages: 2, spaces: 1, cachedRoots: 1 },
  },
  {
    step: 'a neighbour that never changes',
    kernel: 'v6.1',
    layout: 'minimal',
    bounds: { userPages: 2, spaces: 1, cachedRoots: 1 },
  },
  {
    step: 'one neighbour that never changes for two',
    layout: 'minimal',
    bounds: { userPages: 3, spaces: 1, cachedRoots: 1 },
  },
  {
    step: 'without a space that is never loaded',
    layout: 'minimal',
    bounds: { spaces: 3, pcids: 1, cachedRoots: 1 },
  },
  { step: 'without a PCID that is never loaded', layout: 'minimal', bounds: { pcids: 3, spaces: 1 } },
]);
