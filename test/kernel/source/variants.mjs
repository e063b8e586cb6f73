// SPDX-License-Identifier: GPL-2.0
// Named changes of the kernel's text, to see that a difference is noticed. An edit names a cut function or a whole
// file, and must match exactly once there.

export const VARIANTS = {
  /** PCIDE 0->1 keeps every root. */
  'keep-roots-on-pcide': [{ in: 'kvm_post_set_cr4', find: 'kvm_mmu_unload\\(vcpu\\);', replace: '(void)0;' }],
  /** The return for PCIDE=0 stands before the sync and flush of the current root. */
  'early-return-first': [
    {
      in: 'kvm_invalidate_pcid',
      find: 'if \\(kvm_get_active_pcid\\(vcpu\\) == pcid\\)',
      replace: 'if (!(vcpu->arch.cr4 & X86_CR4_PCIDE)) return; $&',
    },
  ],
  /** PCIDE=0 frees the cached roots like any other PCID, as before the patch. */
  'no-early-return': [
    {
      in: 'kvm_invalidate_pcid',
      find: 'if \\(!kvm_[a-z0-9_]+\\(vcpu, X86_CR4_PCIDE\\)\\)\\s*return;',
      replace: '',
    },
  ],
  /** Invalidating a PCID does not flush the hardware TLB. */
  'no-flush-on-invalidate': [
    {
      in: 'kvm_invalidate_pcid',
      find: 'kvm_make_request\\(KVM_REQ_TLB_FLUSH_CURRENT, vcpu\\);',
      replace: '',
    },
  ],
  /** INVLPG looks at the current root only. */
  'invlpg-current-root': [
    {
      in: 'mmu/mmu.c',
      find: 'walk_mmu, gva, (KVM_MMU_ROOTS_ALL|INVALID_PAGE)',
      replace: (_, every) =>
        `walk_mmu, gva, ${every === 'INVALID_PAGE' ? 'vcpu->arch.walk_mmu->root.hpa' : 'KVM_MMU_ROOT_CURRENT'}`,
    },
  ],
  /** Shadow pages that were zapped are freed without a flush. */
  'no-flush-on-zap': [
    {
      in: 'mmu/mmu.c',
      find: 'kvm_flush_remote_tlbs\\(kvm\\);(?=\\s+list_for_each_entry_safe\\(sp, nsp, invalid_list, link\\))',
      replace: '(void)0;',
    },
  ],
  /** A full guest flush keeps cached roots that are not in sync. */
  'keep-unsync-prev-roots': [
    { in: 'kvm_vcpu_flush_tlb_guest', find: 'kvm_mmu_sync_prev_roots\\(vcpu\\);', replace: '(void)0;' },
  ],
  /** The CR4 part as v5.16 had it: a chain of which one link acts, and a change of PCIDE asks for a reload of every root. */
  'v5.16-post-set-cr4': [
    {
      in: 'kvm_post_set_cr4',
      find: '\\n\\{[^]*$',
      replace: `
{
	if ((cr4 ^ old_cr4) & KVM_MMU_CR4_ROLE_BITS)
		kvm_mmu_reset_context(vcpu);
	else if ((cr4 ^ old_cr4) & X86_CR4_PCIDE)
		kvm_make_request(SHIM_REQ_MMU_RELOAD, vcpu);
	else if ((cr4 ^ old_cr4) & X86_CR4_PGE)
		kvm_make_request(KVM_REQ_TLB_FLUSH_GUEST, vcpu);
}`,
    },
    {
      in: 'vcpu_enter_guest',
      find: '.*kvm_check_request\\(KVM_REQ_MMU_FREE_OBSOLETE_ROOTS, vcpu\\)',
      replace: `		if (kvm_check_request(SHIM_REQ_MMU_RELOAD, vcpu))
			kvm_mmu_unload(vcpu);
$&`,
    },
  ],
};
