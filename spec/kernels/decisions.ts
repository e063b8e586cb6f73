interface Decision {
  /** What is decided, and the kernel function that decides it. */
  readonly doc: string;
  /** The commits that changed it, oldest first, each with the release it came in. */
  readonly commits: readonly string[];
  /** Each way it can be decided. */
  readonly values: Readonly<Record<string, string>>;
}

/**
 * Where KVM versions differ on the guest's TLB, one entry a decision. The reducers read these and never a
 * version's name. Values that no release has are what reviews ask about.
 */
export const DECISIONS = {
  rootReuse: {
    doc: 'What kvm_mmu_new_pgd looks for before it gives up the current root',
    commits: ['v4.19, the three prev_roots'],
    values: {
      'cr3-and-role': 'a cached root built for the whole CR3 value, with the role in force',
      'space-and-role': 'the same, but bits 11:0 of CR3, the PCID among them, may differ',
      cr3: 'a cached root built for the whole CR3 value, whatever its role',
      none: 'nothing: the current root is freed and the new one loaded from scratch',
    },
  },
  invalidCurrentRoot: {
    doc: 'What fast_pgd_switch does with prev_roots while the current root is invalid',
    commits: ['5499ea73e7db v5.18'],
    values: {
      rotated: 'the empty slot is rotated in like a root, and the least recently used root is lost',
      skipped: 'the first match is taken out and later slots move up (cached_root_find_without_current)',
    },
  },
  newPgdHit: {
    doc: 'What kvm_mmu_new_pgd asks for when it finds a cached root, besides LOAD_MMU_PGD',
    commits: ['415b1a0105cd v5.14', 'b5129100398a v5.14'],
    values: {
      'sync-and-flush': 'MMU_SYNC and TLB_FLUSH_CURRENT, unless the guest set NOFLUSH',
      'always-sync-and-flush': 'MMU_SYNC and TLB_FLUSH_CURRENT, NOFLUSH or not (flush_on_reuse)',
      nothing: 'nothing: a flushing MOV CR3 is left to kvm_invalidate_pcid',
    },
  },
  pgdOnHit: {
    doc: 'Whether the hardware is pointed to a cached root that kvm_mmu_new_pgd found',
    commits: ['v4.19, the three prev_roots'],
    values: {
      load: 'at the next entry, by LOAD_MMU_PGD',
      nothing: 'no: it goes on with the old root and the old PCID',
    },
  },
  hardwarePcid: {
    doc: 'Which PCID tags what the hardware caches (kvm_mmu_load_pgd, vmx_load_mmu_pgd)',
    commits: ['v4.19, the active PCID in GUEST_CR3'],
    values: {
      active: "the guest's active one",
      zero: 'always 0: contexts share one tag',
    },
  },
  movCr3Flush: {
    doc: 'What a MOV CR3 without NOFLUSH invalidates beyond the switch itself (kvm_set_cr3)',
    commits: ['21823fbda552 v5.14'],
    values: {
      'same-root-only': 'the current root is synced and flushed if the value is the old one; else nothing',
      'invalidate-pcid': 'the PCID of the operand, through kvm_invalidate_pcid',
    },
  },
  currentRootSync: {
    doc: 'When the current root is synced for a flushing MOV CR3 or INVPCID of the active PCID',
    commits: ['e62f1aa8b930 v5.14'],
    values: {
      'at-once': 'in the handler, by kvm_mmu_sync_roots',
      'by-request': 'at the next entry, by MMU_SYNC',
      'before-switch': 'in the handler, before it switches: a MOV CR3 syncs the root that it gives up',
    },
  },
  pcidInvalidation: {
    doc: 'What kvm_invalidate_pcid does with the cached roots of the PCID while CR4.PCIDE=1',
    commits: ['956bf3531fba v4.19', '21823fbda552 v5.14'],
    values: {
      'free-prev-roots': 'frees them',
      'keep-prev-roots': 'keeps them as they are',
    },
  },
  pcidlessInvalidation: {
    doc: 'What kvm_invalidate_pcid does with prev_roots while CR4.PCIDE=0',
    commits: ['509bfe3d9796 v5.16'],
    values: {
      'free-prev-roots': 'frees all of them: each has PCID 0',
      'keep-prev-roots': 'returns after the sync and flush of the current root',
      'return-first': 'returns before the sync and flush of the current root',
    },
  },
  pcideSet: {
    doc: 'What CR4.PCIDE 0->1 does (kvm_post_set_cr4)',
    commits: ['509bfe3d9796 v5.16', 'f6d0a2521ce1 v5.18'],
    values: {
      nothing: 'nothing',
      reload: 'MMU_RELOAD: every root is freed at the next entry',
      unload: 'kvm_mmu_unload at once: every root is freed',
      'free-prev-roots': 'frees prev_roots and keeps the current root; nothing is synced or flushed',
      'free-low-bits-0': 'frees only the cached roots whose CR3 has zero in bits 11:0',
    },
  },
  pcideClear: {
    doc: 'What CR4.PCIDE 1->0 does (kvm_post_set_cr4)',
    commits: ['552617382c19 v5.16', '509bfe3d9796 v5.16', 'b5f61c035d49 v5.18'],
    values: {
      reset: 'kvm_mmu_reset_context',
      reload: 'MMU_RELOAD',
      'flush-guest': 'TLB_FLUSH_GUEST',
      nothing: 'nothing',
    },
  },
  pgeToggle: {
    doc: 'What a change of CR4.PGE does (kvm_post_set_cr4); up to v5.15 PGE is in the role mask',
    commits: ['a91a7c709600 v5.16'],
    values: {
      reset: 'kvm_mmu_reset_context',
      'flush-guest': 'TLB_FLUSH_GUEST',
      'sync-and-flush-current': 'MMU_SYNC and TLB_FLUSH_CURRENT',
      nothing: 'nothing',
    },
  },
  roleChange: {
    doc: 'What a change of CR0.WP or CR4.SMEP, which are role bits, does with the roots (kvm_mmu_reset_context)',
    commits: ['v2.6, every root is for one role'],
    values: {
      unload: 'frees every root',
      'keep-roots':
        'keeps the roots and looks for a cached one of the new role; SMEP 0->1 frees them (proposed in 2022)',
      'keep-roots-always': 'the same, SMEP 0->1 too',
      nothing: 'nothing: the current root stays, whatever its role',
    },
  },
  smepRole: {
    doc: 'Whether CR4.SMEP is in the role of shadow pages while CR0.WP=1 (kvm_calc_cpu_role)',
    commits: ['f603854a1b42 v7.2'],
    values: {
      'andnot-wp': 'no: only with WP=0 (smep_andnot_wp)',
      always: 'yes: the shadow pages with SMEP and those without are apart (cr4_smep)',
    },
  },
  smepSet: {
    doc: 'What CR4.SMEP 0->1 does after the role change where effects are independent, unless TLB_FLUSH_GUEST is raised',
    commits: ['b5f61c035d49 v5.18'],
    values: {
      nothing: 'nothing: a reset is taken to imply the flush',
      'flush-current': 'TLB_FLUSH_CURRENT',
    },
  },
  cr4Effects: {
    doc: 'How kvm_post_set_cr4 combines its effects when one write changes several bits',
    commits: ['b5f61c035d49 v5.18'],
    values: {
      exclusive: 'the first that applies, in the order role, PCIDE, PGE',
      independent: 'each that applies',
    },
  },
  invpcidAll: {
    doc: 'What INVPCID all and all-nonglobal do (kvm_handle_invpcid)',
    commits: ['28f28d453ffc v5.14'],
    values: {
      reload: 'MMU_RELOAD',
      'flush-guest': 'TLB_FLUSH_GUEST',
      'sync-and-flush-current': 'MMU_SYNC and TLB_FLUSH_CURRENT',
    },
  },
  flushGuestService: {
    doc: 'How TLB_FLUSH_GUEST is served (kvm_vcpu_flush_tlb_guest)',
    commits: ['b53e84eed08b v5.13', '61b05a9fd4ae v5.16'],
    values: {
      'hardware-only': 'the hardware TLB is flushed',
      unload: 'every root is freed',
      'sync-and-free-unsync':
        'the current root is synced, unsync cached roots are freed, the hardware TLB is flushed',
      'sync-current': 'the current root is synced and the hardware TLB flushed; cached roots stay',
      'sync-without-flush': 'the current root is synced and unsync cached roots are freed; no flush',
    },
  },
  flushRequestClears: {
    doc: 'Which requests are dropped when TLB_FLUSH is served, as it flushes the whole hardware TLB (vcpu_enter_guest)',
    commits: ['v5.8, TLB_FLUSH_CURRENT'],
    values: {
      current: 'TLB_FLUSH_CURRENT',
      'current-and-guest': 'TLB_FLUSH_CURRENT and TLB_FLUSH_GUEST',
    },
  },
  invlpg: {
    doc: 'How an address invalidation treats the entry of an unsync page (kvm_mmu_invalidate_addr)',
    commits: ['9fd4a4e3a3d9 v6.4'],
    values: {
      'zap-and-refetch':
        'zaps the SPTE, with a remote flush if it was present, and reads the guest entry anew',
      sync: 'syncs the SPTE in place: drops it, with a remote flush, if it disagrees',
      nothing: 'leaves it alone',
    },
  },
  invlpgRoots: {
    doc: 'In which roots INVLPG invalidates the address (kvm_mmu_invlpg)',
    commits: ['v4.19, the three prev_roots', '9fd4a4e3a3d9 v6.4'],
    values: {
      every: 'in the current and every cached one: the mapping could be global',
      'active-pcid': 'in those of the active PCID',
      current: 'in the current one',
    },
  },
  addressFlush: {
    doc: 'Whether an address invalidation flushes the address in the hardware TLB (kvm_mmu_invalidate_addr)',
    commits: ['05b29633c7a9 v5.17, with nested TDP only'],
    values: {
      flush: 'yes, under every PCID',
      nothing: 'no',
    },
  },
  injectedFault: {
    doc: 'What KVM does for the address when it injects a protection fault into the guest (__kvm_inject_emulated_page_fault)',
    commits: ['ee1fa209f5e5 v5.8'],
    values: {
      'invalidate-addr': 'invalidates it in the current root and in hardware',
      nothing: 'nothing',
    },
  },
  loadSync: {
    doc: 'Whether kvm_mmu_load syncs the root that it loads: its pages may have been found in the hash',
    commits: ['v2.6.29, sync roots on reload'],
    values: {
      sync: 'yes',
      nothing: 'no',
    },
  },
  loadFlush: {
    doc: 'Whether kvm_mmu_load flushes the hardware TLB',
    commits: ['v5.8, TLB_FLUSH_CURRENT'],
    values: {
      flush: 'yes',
      nothing: 'no',
    },
  },
  syncProtects: {
    doc: 'Whether a sync write-protects the page first, so that the next store exits (mmu_sync_children)',
    commits: ['v2.6.29, unsync pages'],
    values: {
      'write-protect': "yes, and every vCPU flushes before the guest's entries are read",
      'without-flush': 'yes, but until it flushes a vCPU may store on through its TLB',
      nothing: 'no: the guest stores on without an exit to a page that counts as synced',
    },
  },
  dirtyLog: {
    doc: 'What becomes of a page that is write-protected to log stores to it (kvm_mmu_slot_remove_write_access)',
    commits: ['6dbf79e7164e v3.3', '198c74f43f0f v3.16'],
    values: {
      'stays-mmu-writable': 'a sync that write-protects it flushes all the same: its SPTE stays MMU-writable',
      'flushes-late': 'it counts as write-protected, and the flush comes after the lock was let go',
    },
  },
  unsyncMarks: {
    doc: 'Whether the parents of a page that goes unsync are marked (kvm_mmu_mark_parents_unsync)',
    commits: ['v2.6.29, unsync pages'],
    values: {
      parents: 'yes, up to every root',
      nothing: 'no',
    },
  },
  trackedStore: {
    doc: 'What kvm_mmu_track_write does with the SPTE of an entry whose store it emulated',
    commits: ['v2.6, write-protected page tables'],
    values: {
      zap: 'zaps it',
      nothing: 'leaves it',
    },
  },
  linkUnsyncChildren: {
    doc: 'What FNAME(fetch) does about unsync pages below an upper-level page that it links',
    commits: ['65855ed8b034 v5.15'],
    values: {
      'request-sync': 'links it at once and raises MMU_SYNC',
      'sync-first': 'syncs them before the link (mmu_sync_children)',
      'request-flush': 'links it at once and raises TLB_FLUSH_CURRENT',
      nothing: 'links it as it is',
    },
  },
  foundUnsync: {
    doc: 'Which flush follows when kvm_mmu_find_shadow_page syncs an unsync level-1 page that it found',
    commits: ['c3e5e415bc1e v5.16'],
    values: {
      'flush-current': 'always TLB_FLUSH_CURRENT on this vCPU',
      'flush-remote-if-changed': 'TLB_FLUSH on every vCPU if an SPTE was dropped',
      'no-sync': 'none: the page is not synced',
    },
  },
  unsyncAtUpper: {
    doc: 'What becomes of the unsync level-1 shadows of a page that is shadowed at an upper level too (kvm_mmu_find_shadow_page)',
    commits: ['9f1a122f970d v2.6.36', 'ddc16abbbae9 v5.14'],
    values: {
      sync: 'they are synced, whatever their role (kvm_sync_pages)',
      zap: 'they are zapped',
      'keep-unsync': 'they stay unsync; the page is write-protected all the same',
      'keep-writable': 'they stay as they are, and the guest stores on to the page without an exit',
    },
  },
  syncDrop: {
    doc: 'Whether a sync that drops SPTEs flushes the other vCPUs (FNAME(sync_page), __kvm_sync_page)',
    commits: ['f81602958c11 v5.15'],
    values: {
      deferred: 'not now (tlbs_dirty)',
      'flush-remote': 'TLB_FLUSH on every vCPU',
    },
  },
  zappedPage: {
    doc: 'Whether every vCPU flushes its hardware TLB before zapped shadow pages are freed (kvm_mmu_commit_zap_page)',
    commits: ['7775834a2334 v2.6.36'],
    values: {
      'flush-remote': 'yes, by TLB_FLUSH',
      nothing: 'no',
    },
  },
  zappedRoot: {
    doc: 'What every vCPU is asked when a shadow page that serves as a root is zapped',
    commits: ['527d5cd7eece v5.18'],
    values: {
      reload: 'MMU_RELOAD: drop every root',
      'free-obsolete': 'MMU_FREE_OBSOLETE_ROOTS: drop the zapped ones',
    },
  },
  staleFault: {
    doc: 'What a page fault does that finds, once it holds the lock, that its root is obsolete (is_page_fault_stale)',
    commits: ['a955cad84cda v5.16'],
    values: {
      retry: 'gives up: the guest tries again after an entry that loads a root',
      install: 'goes on: what it makes below the root is valid, and is found again under the next one',
      'install-obsolete':
        'goes on: what it makes below the root is obsolete like it (role.invalid), and nobody finds it again',
    },
  },
  reloadObsolete: {
    doc: 'What kvm_mmu_reload does outside an entry while MMU_FREE_OBSOLETE_ROOTS is pending',
    commits: ['20a6cff3b283 v6.15'],
    values: {
      'takes-for-valid': 'takes an obsolete root for a valid one and loads none',
      'frees-first': 'serves that request first',
    },
  },
  obsoleteRoots: {
    doc: 'Which roots are examined for MMU_FREE_OBSOLETE_ROOTS (kvm_mmu_free_obsolete_roots)',
    commits: ['527d5cd7eece v5.18', 'cf4a8693d97a v5.19'],
    values: {
      every: 'the current and every cached one',
      current: 'the current one: if it is obsolete, all are freed',
    },
  },
  nestedTransition: {
    doc: 'What a nested VM entry or exit asks for where L2 has no VPID of its own, so that the processor flushes',
    commits: ['07ffaf343e34 v5.14'],
    values: {
      'sync-and-flush-current': 'MMU_SYNC and TLB_FLUSH_CURRENT: the new root only',
      'flush-guest': 'TLB_FLUSH_GUEST',
    },
  },
  newVpid: {
    doc: 'What a nested VM entry does where L1 gives L2 another VPID than the last time (nested_vmx_transition_tlb_flush)',
    commits: ['712494de96f3 v5.16'],
    values: {
      'flush-guest': 'TLB_FLUSH_GUEST: the new VPID has no entries yet',
      'flush-hardware': 'flushes the VPID that stands for it in hardware, and syncs nothing',
      nothing: 'nothing',
    },
  },
  failedNestedEntry: {
    doc: "What becomes of the flushes asked for by a nested VM entry that fails after L2's state was loaded (nested_vmx_enter_non_root_mode)",
    commits: ['05a0b701d108 v7.3'],
    values: {
      serves: 'they are served before the state of L1 is loaded again (kvm_service_local_tlb_flush_requests)',
      forgets: 'they are forgotten for L2: what waits is served for L1, under its VPID and for its root',
    },
  },
  guestFlushVpid: {
    doc: 'Which VPID is flushed for TLB_FLUSH_GUEST while L2 runs under one of its own (vmx_flush_tlb_guest)',
    commits: ['2b4a5a5d5688 v5.16'],
    values: {
      current: "the current one, L2's",
      vpid01: 'that of L1',
    },
  },
  invvpidRoots: {
    doc: 'Which roots an INVVPID of L1 frees (handle_invvpid)',
    commits: ['25b62c6274ed v5.14'],
    values: {
      every: 'every root',
      'guest-mode': 'the cached roots of L2',
    },
  },
  initReset: {
    doc: 'What INIT does to the MMU besides setting the registers (kvm_vcpu_reset)',
    commits: ['0aa1837533e5 v5.14', 'df37ed38e6c2 v5.15'],
    values: {
      'reset-and-flush-guest': 'kvm_mmu_reset_context, and asks for TLB_FLUSH_GUEST',
      reset: 'kvm_mmu_reset_context',
      nothing: 'nothing',
    },
  },
  migration: {
    doc: 'What is asked for when a vCPU goes on to run on another physical CPU (vmx_vcpu_load_vmcs)',
    commits: ['v2.6, the VMCS is cleared on the old CPU'],
    values: {
      flush: 'TLB_FLUSH: that CPU may hold what the vCPU left there',
      nothing: 'nothing',
    },
  },
  failedEntry: {
    doc: 'What becomes of a flush of the hardware TLB when the VM entry that should carry it out fails (svm_vcpu_run)',
    commits: ['60d93c27859f v7.3'],
    values: {
      'keeps-flush': 'the next entry carries it out',
      'loses-flush': 'it is forgotten',
    },
  },
} as const satisfies Record<string, Decision>;

/** What `--set` may change. */
export type DecisionName = keyof typeof DECISIONS;

/** A KVM version, a patch or a mutant: one value for every decision. */
export type Kernel = { readonly [D in DecisionName]: keyof (typeof DECISIONS)[D]['values'] };

/** Every decision, in the order of `vtlb kernels`. */
export const DECISION_NAMES = Object.keys(DECISIONS) as DecisionName[];
