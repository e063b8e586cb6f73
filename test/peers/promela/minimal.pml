/*
 * Layout minimal, kernel patch, contract kvm: one vCPU, SPACES address spaces with one user page u0 each.
 *
 * A space is a number from 1 (a = 1, b = 2, ...); 0 is no space. A set of spaces is a byte with bit s for
 * space s, so that bit 0 stays clear. Each space has a top page, whose one entry never changes, and below it
 * a user table with the one level-1 entry of u0. A frame is a number from 1; 0 is an entry with P=0.
 *
 * One event of the guest, up to its next entry, is one d_step: first what the SDM requires of the guest's
 * TLB, then KVM's handler, then what both TLBs may take in. Nothing looks at the hardware TLB between a
 * request for a flush and its service at the entry, so a flush is carried out where it is requested.
 *
 * Left out because nothing in this layout changes it: role (always wp), the tables above u0, obsolete pages,
 * write flooding, SPTEs that a zap removes. The shadow page of a root follows from the root's CR3.
 */
#ifndef SPACES
#define SPACES 2
#endif
#ifndef PCIDS
#define PCIDS 2
#endif
#ifndef FRAMES
#define FRAMES 2
#endif
#ifndef CACHED_ROOTS
#define CACHED_ROOTS 3
#endif

#if SPACES == 1
#define EACH_SPACE(X) X(1)
#define EACH_SPACE_WITH(X, y) X(y, 1)
#elif SPACES == 2
#define EACH_SPACE(X) X(1) X(2)
#define EACH_SPACE_WITH(X, y) X(y, 1) X(y, 2)
#elif SPACES == 3
#define EACH_SPACE(X) X(1) X(2) X(3)
#define EACH_SPACE_WITH(X, y) X(y, 1) X(y, 2) X(y, 3)
#elif SPACES == 4
#define EACH_SPACE(X) X(1) X(2) X(3) X(4)
#define EACH_SPACE_WITH(X, y) X(y, 1) X(y, 2) X(y, 3) X(y, 4)
#else
#error SPACES is 1 to 4
#endif

#if PCIDS == 1
#define EACH_PCID(X) X(0)
#define EACH_PCID_WITH(X, y) X(y, 0)
#elif PCIDS == 2
#define EACH_PCID(X) X(0) X(1)
#define EACH_PCID_WITH(X, y) X(y, 0) X(y, 1)
#elif PCIDS == 3
#define EACH_PCID(X) X(0) X(1) X(2)
#define EACH_PCID_WITH(X, y) X(y, 0) X(y, 1) X(y, 2)
#elif PCIDS == 4
#define EACH_PCID(X) X(0) X(1) X(2) X(3)
#define EACH_PCID_WITH(X, y) X(y, 0) X(y, 1) X(y, 2) X(y, 3)
#else
#error PCIDS is 1 to 4
#endif

#if FRAMES == 1
#define EACH_FRAME_WITH(X, y) X(y, 1)
#elif FRAMES == 2
#define EACH_FRAME_WITH(X, y) X(y, 1) X(y, 2)
#elif FRAMES == 3
#define EACH_FRAME_WITH(X, y) X(y, 1) X(y, 2) X(y, 3)
#elif FRAMES == 4
#define EACH_FRAME_WITH(X, y) X(y, 1) X(y, 2) X(y, 3) X(y, 4)
#else
#error FRAMES is 1 to 4
#endif

#if CACHED_ROOTS == 0
#define EACH_SLOT(X)
#elif CACHED_ROOTS == 1
#define EACH_SLOT(X) X(0)
#elif CACHED_ROOTS == 2
#define EACH_SLOT(X) X(0) X(1)
#elif CACHED_ROOTS == 3
#define EACH_SLOT(X) X(0) X(1) X(2)
#else
#error CACHED_ROOTS is 0 to 3
#endif

/* A CR3 value: space and bits 11:0. 0 stands for INVALID_PAGE in a root slot. */
#define CR3(s, low) (((s) << 3) | (low))
#define SPACE(value) ((value) >> 3)
#define LOW(value) ((value) & 7)

#define BIT(s) (1 << (s))
#define IN(set, s) ((set) & BIT(s))

/* The guest's level-1 entry of u0, and the SPTE in the shadow of the table it is in. */
#define PTE(s) pte[(s) - 1]
#define SPTE(s) spte[(s) - 1]

/* A TLB is a set of (PCID, frame), one bit each: the PCIDs with frame 1, then those with frame 2, ... */
#define ENTRY(pcid, frame) ((1 << ((frame) * PCIDS + (pcid))) >> PCIDS)
#define TAGGED(pcid) (((1 << (FRAMES * PCIDS)) - 1) / ((1 << PCIDS) - 1) << (pcid))

/* A set of CR3 values, one bit each: the values of space 1, then those of space 2, ... */
#define VALUE(s, low) (1 << (((s) - 1) * PCIDS + (low)))
#define VALUES_WITH(low) (((1 << (SPACES * PCIDS)) - 1) / ((1 << PCIDS) - 1) << (low))
#define VALUES_OF(set, s) (((set) >> (((s) - 1) * PCIDS)) & ((1 << PCIDS) - 1))

#if FRAMES * PCIDS <= 8
#define TLB byte
#else
#define TLB int
#endif
#if SPACES * PCIDS <= 8
#define VALUE_SET byte
#else
#define VALUE_SET int
#endif

/* The guest's page tables. */
byte pte[SPACES] = 1;
byte writable;                       /* user tables that some SPTE maps writable */

/* The shadow pages. */
byte topShadow = BIT(1);             /* spaces whose top page is shadowed */
byte tableShadow;                    /* spaces whose user table is shadowed */
byte linked;                         /* top shadows whose entry points to the shadow of the table */
byte marked;                         /* top shadows whose entry is marked in unsync_children */
byte unsync;                         /* table shadows that are unsync */
byte spte[SPACES];

/* The vCPU. */
byte cr3 = CR3(1, 0);
byte pcide;                          /* CR4.PCIDE */
byte root = CR3(1, 0);               /* the current root, by the CR3 value that it was built for */
#if CACHED_ROOTS > 0
byte prev[CACHED_ROOTS];             /* prev_roots, likewise */
#endif
byte hwCr3 = CR3(1, 0);              /* hardware CR3: the space of the shadow page, and the PCID */
TLB hwTlb;                           /* what the hardware TLB may hold */
TLB guestTlb = ENTRY(0, 1);          /* what the guest's TLB may hold */
VALUE_SET loaded = VALUE(1, 0);      /* CR3 values through which the guest's TLB may still fill */

/* kvm_get_pcid, kvm_get_active_pcid; SDM 4.10.1 */
#define PCID_OF(value) (pcide -> LOW(value) : 0)
#define ACTIVE_PCID PCID_OF(cr3)

/* What a walk from the hardware's CR3 ends in; SDM 4.5 */
#define SHADOW_WALK(s) (IN(linked, s) -> SPTE(s) : 0)

/* ------------------------------------------------------------------------------------ the guest's TLB */

/* SDM 4.10.4.1: a whole PCID. Also ends the refill through the CR3 values that have it. */
inline drop_pcid(low) {
  guestTlb = guestTlb & (pcide -> ~TAGGED(low) : ~TAGGED(0));
  loaded = (pcide -> loaded & ~VALUES_WITH(low) : 0)
}

/* SDM 4.10.2.3: translations may be cached at any time. First the guest's TLB, then the hardware's. */
#define FILL_WITH_PCIDS(s) | (VALUES_OF(loaded, s) << ((PTE(s) - 1) * PCIDS))
#define FILL_WITHOUT(s) | (VALUES_OF(loaded, s) -> ENTRY(0, PTE(s)) : 0)
inline speculate() {
  loaded = loaded | VALUE(SPACE(cr3), LOW(cr3));
  guestTlb = guestTlb | (pcide -> (0 EACH_SPACE(FILL_WITH_PCIDS)) : (0 EACH_SPACE(FILL_WITHOUT)));
  hwTlb = hwTlb | ENTRY(PCID_OF(hwCr3), SHADOW_WALK(SPACE(hwCr3)))
}

/* --------------------------------------------------------------------------------------- shadow pages */

/* kvm_flush_remote_tlbs, vmx_flush_tlb_current, vmx_flush_tlb_gva: with one page all leave nothing. */
inline flush_hardware() {
  hwTlb = 0
}

/* kvm_vcpu_write_protect_gfn */
inline write_protect(s) {
  if
  :: IN(writable, s) -> writable = writable & ~BIT(s); flush_hardware()
  :: else
  fi
}

/* FNAME(sync_page): drops an SPTE that disagrees. */
inline sync_page(s) {
  if
  :: SPTE(s) && SPTE(s) != PTE(s) -> SPTE(s) = 0; flush_hardware()
  :: else
  fi
}

/* kvm_mmu_sync_roots, mmu_sync_children: below the current root, whose space s is. */
inline kvm_mmu_sync_roots(s) {
  if
  :: IN(marked, s) ->
    marked = marked & ~BIT(s);
    if
    :: IN(linked & unsync, s) -> write_protect(s); unsync = unsync & ~BIT(s); sync_page(s)
    :: else
    fi
  :: else
  fi
}

/* kvm_mmu_get_shadow_page for a user table; found unsync, it is brought up to date and stays unsync. */
inline get_table_shadow(s) {
  if
  :: !IN(tableShadow, s) -> tableShadow = tableShadow | BIT(s); write_protect(s)
  :: IN(tableShadow & unsync, s) -> sync_page(s)
  :: else
  fi
}

/* FNAME(fetch): links what is missing, then maps the page. */
inline fetch(s) {
  if
  :: !IN(linked, s) ->
    get_table_shadow(s);
    linked = linked | BIT(s);
    marked = marked | (unsync & BIT(s))
  :: else
  fi;
  SPTE(s) = PTE(s)
}

/* mmu_try_to_unsync_pages, mark_unsync: the first store to a shadowed table. */
inline unsync_page(s) {
  if
  :: IN(tableShadow & ~unsync, s) -> unsync = unsync | BIT(s); marked = marked | (linked & BIT(s))
  :: else
  fi
}

/* ---------------------------------------------------------------------------------------------- roots */

/* kvm_mmu_load_pgd, vmx_load_mmu_pgd */
inline kvm_mmu_load_pgd() {
  hwCr3 = CR3(SPACE(root), ACTIVE_PCID)
}

/* kvm_mmu_load: a new root is synced, and the hardware TLB flushed. A top page is never writable. */
inline kvm_mmu_load() {
  topShadow = topShadow | BIT(SPACE(cr3));
  root = cr3;
  kvm_mmu_sync_roots(SPACE(root));
  kvm_mmu_load_pgd();
  flush_hardware()
}

/* kvm_mmu_unload and the load at the next entry. */
#define FORGET(slot) prev[slot] = 0;
inline reload() {
  root = 0;
  EACH_SLOT(FORGET)
  kvm_mmu_load()
}

/* cached_root_available: rotates through prev_roots; a miss loses the least recently used root. */
#define SWAP(x, y) x = x ^ y; y = x ^ y; x = x ^ y
#define ROTATE(slot) if :: root != cr3 -> SWAP(root, prev[slot]) :: else fi;
inline cached_root_available() {
  EACH_SLOT(ROTATE)
  if
  :: root != cr3 -> root = 0
  :: else
  fi
}

/*
 * kvm_set_cr3, kvm_mmu_new_pgd: a cached root is used as it is, otherwise one is loaded. With the old value
 * nothing is switched.
 */
inline kvm_set_cr3(value) {
  if
  :: cr3 != value ->
    cr3 = value;
    cached_root_available();
    if
    :: root -> kvm_mmu_load_pgd()
    :: else -> kvm_mmu_load()
    fi
  :: else
  fi
}

/* kvm_invalidate_pcid: without PCIDs prev_roots stays; it is synced when it is used again. */
#define FREE_WITH(slot) prev[slot] = (LOW(prev[slot]) == pcid -> 0 : prev[slot]);
inline kvm_invalidate_pcid(pcid) {
  if
  :: !pcide || LOW(cr3) == pcid -> kvm_mmu_sync_roots(SPACE(root)); flush_hardware()
  :: else
  fi;
  if
  :: pcide -> EACH_SLOT(FREE_WITH)
  :: else
  fi
}

/*
 * kvm_mmu_invalidate_gva, FNAME(invlpg), in roots of these spaces: an SPTE of an unsync page is zapped and
 * read anew from the guest's entry. The walk ends where nothing is marked. Pages stay unsync.
 */
#define REFETCH(spaces, s) SPTE(s) = (IN((spaces) & linked & marked & unsync, s) -> PTE(s) : SPTE(s));
inline kvm_mmu_invalidate_gva(spaces) {
  flush_hardware();
  EACH_SPACE_WITH(REFETCH, spaces)
}

/* kvm_mmu_invlpg: every root, whatever its PCID. */
#define OR_SPACE(slot) | BIT(SPACE(prev[slot]))
#define SPACES_OF_ROOTS (BIT(SPACE(root)) EACH_SLOT(OR_SPACE))
inline kvm_mmu_invlpg() {
  kvm_mmu_invalidate_gva(SPACES_OF_ROOTS)
}

/* kvm_mmu_invpcid_gva: only roots with the PCID; if there are none, not even the hardware TLB is flushed. */
#define HAS_PCID(value, pcid) ((value) && (!pcide || LOW(value) == (pcid)))
#define OR_HAS_PCID(slot) || HAS_PCID(prev[slot], pcid)
#define OR_SPACE_WITH_PCID(slot) | (HAS_PCID(prev[slot], pcid) << SPACE(prev[slot]))
inline kvm_mmu_invpcid_gva(pcid) {
  if
  :: HAS_PCID(cr3, pcid) EACH_SLOT(OR_HAS_PCID) ->
    kvm_mmu_invalidate_gva((HAS_PCID(root, pcid) << SPACE(root)) EACH_SLOT(OR_SPACE_WITH_PCID))
  :: else
  fi
}

/* --------------------------------------------------------------------------------------------- events */

/* A read that the shadow tables answer does not exit. */
inline access() {
  if
  :: !SHADOW_WALK(SPACE(hwCr3)) -> fetch(SPACE(root))
  :: else
  fi;
  speculate()
}

inline write_pte(s, frame) {
  PTE(s) = frame;
  unsync_page(s);
  writable = writable | BIT(s);
  speculate()
}

inline mov_cr3_noflush(s, low) {
  kvm_set_cr3(CR3(s, low));
  speculate()
}

inline mov_cr3_flush(s, low) {
  drop_pcid(low);
  kvm_set_cr3(CR3(s, low));
  kvm_invalidate_pcid(low);
  speculate()
}

/* kvm_post_set_cr4: both changes ask for MMU_RELOAD. */
inline mov_cr4_set_pcide() {
  if
  :: !pcide -> pcide = 1; reload()
  :: else
  fi;
  speculate()
}

inline mov_cr4_clear_pcide() {
  if
  :: pcide -> guestTlb = 0; loaded = 0; pcide = 0; reload()
  :: else
  fi;
  speculate()
}

inline invlpg() {
  guestTlb = guestTlb & ~TAGGED(ACTIVE_PCID);
  kvm_mmu_invlpg();
  speculate()
}

inline invpcid_address(pcid) {
  guestTlb = guestTlb & ~TAGGED(pcid);
  kvm_mmu_invpcid_gva(pcid);
  speculate()
}

inline invpcid_single(pcid) {
  drop_pcid(pcid);
  kvm_invalidate_pcid(pcid);
  speculate()
}

/* TLB_FLUSH_GUEST, which unloads. Ends no refill. */
inline invpcid_all() {
  guestTlb = 0;
  reload();
  speculate()
}

/* ----------------------------------------------------------------------------------------- properties */

/*
 * vtlb-within-guest-tlb: under each CR3 value whose root the guest can use without a sync, the SPTE and the
 * hardware TLB give only what the guest's TLB may hold or its tables say now.
 */
#define HELD(value, pcid) ((hwTlb & TAGGED(pcid)) | ENTRY(pcid, SHADOW_WALK(SPACE(value))))
#define ALLOWED(value, pcid) (guestTlb | ENTRY(pcid, PTE(SPACE(value))))
#define STALE(value, pcid) (HELD(value, pcid) & ~ALLOWED(value, pcid))
#define OR_STALE(slot) || (prev[slot] && STALE(prev[slot], LOW(prev[slot])))
#define UNSAFE (STALE(root, PCID_OF(root)) || (pcide && (0 EACH_SLOT(OR_STALE))))

/* With -DDISCIPLINE also the other properties of single states. */
#define OR_DISAGREES(s) || (IN(tableShadow & ~unsync, s) && SPTE(s) && SPTE(s) != PTE(s))
#define PAGES_DISAGREE (0 EACH_SPACE(OR_DISAGREES))
#define MARKS_BROKEN ((linked & unsync & ~marked) || (tableShadow & ~unsync & writable))
#define MINUS_BACKED(s) & (SPTE(s) -> ~(((1 << PCIDS) - 1) << ((SPTE(s) - 1) * PCIDS)) : ~0)
#define HARDWARE_BROKEN (hwTlb EACH_SPACE(MINUS_BACKED))
#define ROOT_BROKEN (root != cr3 || !IN(topShadow, SPACE(root)) || hwCr3 != CR3(SPACE(cr3), ACTIVE_PCID))
#define OR_TWIN(slot) || prev[slot] == root
#define DISORDER (PAGES_DISAGREE || MARKS_BROKEN || HARDWARE_BROKEN || ROOT_BROKEN EACH_SLOT(OR_TWIN))

/* -------------------------------------------------------------------------------- one event, one step */

#define WRITE_PTE(s, frame) :: d_step { write_pte(s, frame) }
#define WRITE_PTES(s) EACH_FRAME_WITH(WRITE_PTE, s)
#define MOV_CR3(s, low) :: d_step { mov_cr3_flush(s, low) } :: d_step { pcide -> mov_cr3_noflush(s, low) }
#define MOV_CR3S(s) EACH_PCID_WITH(MOV_CR3, s)
#define INVPCID(pcid) \
  :: d_step { (pcide || !pcid) -> invpcid_address(pcid) } \
  :: d_step { (pcide || !pcid) -> invpcid_single(pcid) }

active proctype guest() {
  do
  :: d_step { access() }
  EACH_SPACE(WRITE_PTES)
  EACH_SPACE(MOV_CR3S)
  :: d_step { (pcide || !LOW(cr3)) -> mov_cr4_set_pcide() }
  :: d_step { mov_cr4_clear_pcide() }
  :: d_step { invlpg() }
  EACH_PCID(INVPCID)
  :: d_step { invpcid_all() }

  /* Never executable unless a property is broken, so no transition; looked at once in each state. */
  :: d_step { UNSAFE -> assert(false) }
#ifdef DISCIPLINE
  :: d_step { DISORDER -> assert(false) }
#endif
  od
}
