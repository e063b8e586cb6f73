import { activePcid, defineKernel, invlpg, kvm } from 'vtlb/spec';

/**
 * A patch that no decision describes: INVLPG looks at the roots of the active PCID only, as INVPCID of an
 * address does, and no longer at all of prev_roots. It reads well, for INVLPG invalidates the current PCID.
 * But it invalidates global translations too, whatever their PCID.
 */
export default defineKernel({
  base: 'v6.12',
  reducers: {
    invlpg: {
      ...invlpg,
      kvm: (here, { page }) => kvm.invpcidGva(here, page, activePcid(here.vcpu)),
    },
  },
});
