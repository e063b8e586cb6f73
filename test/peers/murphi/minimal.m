-- The layout `minimal` under the kernel `patch` and the contract `kvm`, written by hand from what spec/ says,
-- so that another checker counts the same states. For Rumur; README.md tells how to run it.
--
-- One vCPU. Each space has a top page, which nobody stores to, and below it a user table with one entry, for
-- the one virtual page u0. So a guest page or shadow page is named by its kind and its space, and a TLB entry
-- by its PCID and frame. Nothing is zapped: a shadow page, once made, stays, and none is ever obsolete. The
-- role is always wp.
--
-- The four bounds. A script may replace the values: CACHED_ROOTS by 0 or more, the others by 1 or more.

const
  SPACES: 2;
  PCIDS: 2;
  FRAMES: 2;
  CACHED_ROOTS: 3;

const
  NONE: 0;     -- no frame, no space
  CURRENT: 0;  -- the slot of the current root; slots 1 to CACHED_ROOTS are prev_roots

type
  Space: 1..SPACES;
  SpaceOrNone: NONE..SPACES;
  Pcid: 0..PCIDS - 1;
  Frame: 1..FRAMES;
  FrameOrNone: NONE..FRAMES;
  Slot: CURRENT..CACHED_ROOTS;

  -- A CR3 value: the space whose top page it points to, and bits 11:0. A root slot holds the value that its
  -- root was built for, and its space names the root's shadow page too; an empty slot has space NONE, low 0.
  Cr3: record
    space: SpaceOrNone;
    low: Pcid;
  end;

  -- A set of translations of u0.
  Tlb: array [Pcid] of array [Frame] of boolean;

  -- The KVM_REQ_ bits that can be raised here. None is pending while the guest runs: they are no state.
  Requests: record
    mmuReload: boolean;
    mmuSync: boolean;
    loadMmuPgd: boolean;
    tlbFlush: boolean;
    tlbFlushCurrent: boolean;
    tlbFlushGuest: boolean;
  end;

var
  -- The guest's user tables: the entry for u0, and whether the guest stores to the table without an exit.
  userTable: array [Space] of record
    pte: Frame;
    writable: boolean;
  end;

  -- The shadow of a top page: `linked` is its one entry, which can lead only to the space's shadow table.
  shadowTop: array [Space] of record
    present: boolean;
    linked: boolean;
    unsyncChildren: boolean;
  end;

  -- The shadow of a user table.
  shadowTable: array [Space] of record
    present: boolean;
    spte: FrameOrNone;
    unsync: boolean;
  end;

  -- The vCPU: registers, root slots, and what KVM last loaded into the hardware's CR3.
  cr3: Cr3;
  pcide: boolean;
  roots: array [Slot] of Cr3;
  hardwareCr3: record
    top: SpaceOrNone;
    pcid: Pcid;
  end;

  -- May sets: all that a TLB could hold. `loaded` has the CR3 values through which the contract lets the
  -- guest's TLB fill.
  hardwareTlb: Tlb;
  guestTlb: Tlb;
  loaded: array [Space] of array [Pcid] of boolean;

--------------------------------------------------------------------------------------------------------------
-- Registers

function SameCr3(one: Cr3; other: Cr3): boolean;
begin
  return one.space = other.space & one.low = other.low;
end;

-- kvm_get_pcid; SDM 3A 4.10.1
function PcidOf(low: Pcid): Pcid;
begin
  return pcide ? low : 0;
end;

-- kvm_get_active_pcid
function ActivePcid(): Pcid;
begin
  return PcidOf(cr3.low);
end;

-- The tag under which the processor caches now.
function HardwareTag(): Pcid;
begin
  return PcidOf(hardwareCr3.pcid);
end;

--------------------------------------------------------------------------------------------------------------
-- Shadow pages

-- kvm_vcpu_write_protect_gfn
procedure WriteProtect(s: Space; var req: Requests);
begin
  if userTable[s].writable then
    userTable[s].writable := false;
    req.tlbFlush := true;
  end;
end;

-- kvm_mmu_get_shadow_page, for a top page: finds it or makes it. The guest never stores to one.
procedure GetShadowTop(s: Space);
begin
  shadowTop[s].present := true;
end;

-- kvm_mmu_get_shadow_page, for a table. Only its top page leads to it, and that never lets go of it, so it
-- is never found. account_shadowed takes away the guest's writable mapping.
procedure AllocShadowTable(s: Space; var req: Requests);
begin
  assert "a table that is not linked was never shadowed" !shadowTable[s].present;
  shadowTable[s].present := true;
  WriteProtect(s, req);
end;

-- mmu_try_to_unsync_pages, kvm_mmu_mark_parents_unsync
procedure UnsyncPage(s: Space);
begin
  if shadowTable[s].present & !shadowTable[s].unsync then
    shadowTable[s].unsync := true;
    if shadowTop[s].linked then
      shadowTop[s].unsyncChildren := true;
    end;
  end;
end;

-- mmu_sync_children with mmu_unsync_walk and kvm_sync_page: what is marked below a top page is protected and
-- brought up to date; an SPTE that disagrees is dropped, with a remote flush.
procedure SyncChildren(s: Space; var req: Requests);
begin
  if shadowTop[s].unsyncChildren then
    shadowTop[s].unsyncChildren := false;
    if shadowTop[s].linked & shadowTable[s].unsync then
      WriteProtect(s, req);
      shadowTable[s].unsync := false;
      if shadowTable[s].spte != NONE & shadowTable[s].spte != userTable[s].pte then
        shadowTable[s].spte := NONE;
        req.tlbFlush := true;
      end;
    end;
  end;
end;

-- What the hardware finds for u0 below a top shadow page.
function ShadowWalk(top: SpaceOrNone): FrameOrNone;
begin
  if top = NONE then return NONE; end;
  if !shadowTop[top].linked then return NONE; end;
  return shadowTable[top].spte;
end;

-- FNAME(page_fault), FNAME(fetch): builds what the walk of the current root lacks.
procedure PageFault(var req: Requests);
begin
  alias s: roots[CURRENT].space do
    if !shadowTop[s].linked then
      AllocShadowTable(s, req);
      shadowTop[s].linked := true;
    end;
    shadowTable[s].spte := userTable[s].pte;
  end;
end;

--------------------------------------------------------------------------------------------------------------
-- Roots

function HasRoot(): boolean;
begin
  return roots[CURRENT].space != NONE;
end;

function RootHasPcid(slot: Slot; pcid: Pcid): boolean;
begin
  return roots[slot].space != NONE & PcidOf(roots[slot].low) = pcid;
end;

-- kvm_mmu_unload
procedure Unload();
begin
  clear roots;
end;

-- kvm_mmu_sync_roots
procedure SyncRoots(var req: Requests);
begin
  if HasRoot() then
    SyncChildren(roots[CURRENT].space, req);
  end;
end;

-- kvm_mmu_load_pgd, vmx_load_mmu_pgd
procedure LoadPgd();
begin
  if HasRoot() then
    hardwareCr3.top := roots[CURRENT].space;
    hardwareCr3.pcid := ActivePcid();
  end;
end;

-- vmx_flush_tlb_current
procedure FlushTlbCurrent();
begin
  if HasRoot() then
    clear hardwareTlb;
  end;
end;

-- kvm_mmu_reload, kvm_mmu_load: a new root is synced, and the hardware TLB flushed.
procedure Reload(var req: Requests);
begin
  if !HasRoot() then
    GetShadowTop(cr3.space);
    roots[CURRENT] := cr3;
    SyncRoots(req);
    LoadPgd();
    FlushTlbCurrent();
  end;
end;

-- fast_pgd_switch, cached_root_available: rotates the slots until a root for this CR3 value is current; on a
-- miss the least recently used one falls out and the current root is invalid.
function FastPgdSwitch(pgd: Cr3): boolean;
var current: Cr3;
begin
  if SameCr3(roots[CURRENT], pgd) then return true; end;
  for slot: Slot do
    if slot != CURRENT then
      current := roots[CURRENT];
      roots[CURRENT] := roots[slot];
      roots[slot] := current;
      if SameCr3(roots[CURRENT], pgd) then return true; end;
    end;
  end;
  clear roots[CURRENT];
  return false;
end;

-- kvm_mmu_new_pgd
procedure NewPgd(pgd: Cr3; var req: Requests);
begin
  if FastPgdSwitch(pgd) then
    req.loadMmuPgd := true;
  end;
end;

--------------------------------------------------------------------------------------------------------------
-- Handlers

-- kvm_invalidate_pcid: the current root is synced and flushed, cached ones are freed, but not with PCIDE=0.
procedure InvalidatePcid(pcid: Pcid; var req: Requests);
begin
  if ActivePcid() = pcid then
    req.mmuSync := true;
    req.tlbFlushCurrent := true;
  end;
  if pcide then
    for slot: Slot do
      if slot != CURRENT & RootHasPcid(slot, pcid) then
        clear roots[slot];
      end;
    end;
  end;
end;

-- FNAME(invlpg) below one root: zaps the SPTE of an unsync table and reads the guest's entry anew.
procedure InvalidateAddrInRoot(s: Space; var req: Requests);
begin
  if shadowTop[s].linked & shadowTop[s].unsyncChildren & shadowTable[s].unsync then
    if shadowTable[s].spte != NONE then
      req.tlbFlush := true;
    end;
    shadowTable[s].spte := userTable[s].pte;
  end;
end;

-- kvm_mmu_invlpg; vmx_flush_tlb_gva takes u0 under every PCID
procedure KvmInvlpg(var req: Requests);
begin
  clear hardwareTlb;
  for slot: Slot do
    if roots[slot].space != NONE then
      InvalidateAddrInRoot(roots[slot].space, req);
    end;
  end;
end;

-- kvm_mmu_invpcid_gva: nothing at all, not even in hardware, if no root has the PCID.
procedure KvmInvpcidGva(pcid: Pcid; var req: Requests);
begin
  if ActivePcid() = pcid | exists slot: Slot do slot != CURRENT & RootHasPcid(slot, pcid) end then
    clear hardwareTlb;
    for slot: Slot do
      if RootHasPcid(slot, pcid) then
        InvalidateAddrInRoot(roots[slot].space, req);
      end;
    end;
  end;
end;

-- kvm_set_cr3
procedure SetCr3(new: Cr3; noflush: boolean; var req: Requests);
begin
  if !SameCr3(new, cr3) then
    NewPgd(new, req);
  end;
  cr3 := new;
  if !noflush then
    InvalidatePcid(PcidOf(new.low), req);
  end;
end;

-- kvm_set_cr4, kvm_post_set_cr4: PCIDE reloads the MMU whichever way it changes.
procedure SetCr4(new: boolean; var req: Requests);
begin
  if pcide != new then
    pcide := new;
    req.mmuReload := true;
  end;
end;

--------------------------------------------------------------------------------------------------------------
-- The end of every step

-- vcpu_enter_guest: serves the requests in their order. Only a sync raises new ones, and only TLB_FLUSH: in
-- time for this round, or by the load of a root at its end, and then a second round serves it.
procedure EnterGuest(var req: Requests);
begin
  if req.mmuReload then Unload(); end;
  if req.mmuSync then SyncRoots(req); end;
  if req.loadMmuPgd then LoadPgd(); end;
  if req.tlbFlush then
    clear hardwareTlb;  -- it withdraws TLB_FLUSH_CURRENT
  elsif req.tlbFlushCurrent then
    FlushTlbCurrent();
  end;
  if req.tlbFlushGuest then Unload(); end;  -- kvm_vcpu_flush_tlb_guest
  if !HasRoot() then
    req.tlbFlush := false;
    Reload(req);
    if req.tlbFlush then clear hardwareTlb; end;
  end;
end;

-- SDM 3A 4.10.2.3: either TLB may take in at any time what its walks find.
procedure Speculate();
begin
  loaded[cr3.space][cr3.low] := true;
  for s: Space do
    for low: Pcid do
      if loaded[s][low] then
        guestTlb[PcidOf(low)][userTable[s].pte] := true;
      end;
    end;
  end;
  alias frame: ShadowWalk(hardwareCr3.top) do
    if frame != NONE then
      hardwareTlb[HardwareTag()][frame] := true;
    end;
  end;
end;

procedure EnterAndSpeculate(var req: Requests);
begin
  EnterGuest(req);
  Speculate();
end;

--------------------------------------------------------------------------------------------------------------
-- The guest's TLB: what the SDM requires (3A 4.10.4.1), and which refills the contract ends with it

-- INVLPG, INVPCID address: no refill ends.
procedure InvalidateGuestAddress(pcid: Pcid);
begin
  clear guestTlb[pcid];
end;

-- MOV CR3 without bit 63, INVPCID single: the refills through this PCID end.
procedure InvalidateGuestPcid(pcid: Pcid);
begin
  clear guestTlb[pcid];
  for s: Space do
    for low: Pcid do
      if PcidOf(low) = pcid then
        loaded[s][low] := false;
      end;
    end;
  end;
end;

--------------------------------------------------------------------------------------------------------------
-- Properties of a state, under the names of spec/properties

-- The vTLB: the current root, with PCIDE=1 also prev_roots, and what the hardware holds under their PCIDs.
function VtlbWithinGuestTlb(): boolean;
begin
  return
    forall slot: Slot do
      roots[slot].space != NONE & (slot = CURRENT | pcide) ->
        forall frame: Frame do
          ShadowWalk(roots[slot].space) = frame | hardwareTlb[PcidOf(roots[slot].low)][frame] ->
            guestTlb[PcidOf(roots[slot].low)][frame] | userTable[roots[slot].space].pte = frame
        end
    end;
end;

function RootMatchesCr3(): boolean;
begin
  return
    SameCr3(roots[CURRENT], cr3) & hardwareCr3.top = cr3.space & HardwareTag() = ActivePcid();
end;

function CachedRootsDistinct(): boolean;
begin
  return
    forall i: Slot do
      forall j: Slot do
        i < j & roots[i].space != NONE -> !SameCr3(roots[i], roots[j])
      end
    end;
end;

function SyncedPagesAgree(): boolean;
begin
  return
    forall s: Space do
      shadowTable[s].unsync | shadowTable[s].spte = NONE | shadowTable[s].spte = userTable[s].pte
    end;
end;

function UnsyncMarkedUpwards(): boolean;
begin
  return
    forall s: Space do
      shadowTop[s].linked & shadowTable[s].unsync -> shadowTop[s].unsyncChildren
    end;
end;

function SyncedPagesWriteProtected(): boolean;
begin
  return
    forall s: Space do
      shadowTable[s].present & userTable[s].writable -> shadowTable[s].unsync
    end;
end;

function HardwareEntriesBacked(): boolean;
begin
  return
    forall pcid: Pcid do
      forall frame: Frame do
        hardwareTlb[pcid][frame] -> exists s: Space do shadowTable[s].spte = frame end
      end
    end;
end;

--------------------------------------------------------------------------------------------------------------
-- Events; each guard excludes #GP

startstate "entered once"
var req: Requests;
begin
  clear userTable;  -- every entry is frame 1
  clear shadowTop;
  clear shadowTable;
  clear cr3;
  cr3.space := 1;
  clear pcide;
  clear roots;
  clear hardwareCr3;
  clear hardwareTlb;
  clear guestTlb;
  clear loaded;
  clear req;
  EnterAndSpeculate(req);
end;

-- Always enabled, so it is also where each state is checked, once. Rumur would check an invariant after every
-- firing, again and again in the same states. A trace to a broken assertion ends in the state that breaks it.
rule "access u0"
var req: Requests;
begin
  assert "vtlb-within-guest-tlb" VtlbWithinGuestTlb();
  assert "root-matches-cr3" RootMatchesCr3();
  assert "cached-roots-distinct" CachedRootsDistinct();
  assert "synced-pages-agree" SyncedPagesAgree();
  assert "unsync-marked-upwards" UnsyncMarkedUpwards();
  assert "synced-pages-write-protected" SyncedPagesWriteProtected();
  assert "hardware-entries-backed" HardwareEntriesBacked();
  clear req;
  if ShadowWalk(hardwareCr3.top) = NONE then
    PageFault(req);
    EnterGuest(req);
  end;
  Speculate();
end;

-- No request comes of a store, so there is nothing to serve.
ruleset s: Space; frame: Frame do
  rule "write-pte"
  begin
    userTable[s].pte := frame;
    UnsyncPage(s);
    userTable[s].writable := true;
    Speculate();
  end;
end;

ruleset s: Space; low: Pcid; noflush: boolean do
  rule "mov-cr3"
    noflush -> pcide
  ==>
  var req: Requests; new: Cr3;
  begin
    clear req;
    new.space := s;
    new.low := low;
    if !noflush then
      InvalidateGuestPcid(PcidOf(low));
    end;
    SetCr3(new, noflush, req);
    EnterAndSpeculate(req);
  end;
end;

ruleset new: boolean do
  rule "mov-cr4"
    new & !pcide -> cr3.low = 0
  ==>
  var req: Requests;
  begin
    clear req;
    if pcide & !new then  -- every PCID is invalidated, and every refill ends
      clear guestTlb;
      clear loaded;
    end;
    SetCr4(new, req);
    EnterAndSpeculate(req);
  end;
end;

rule "invlpg u0"
var req: Requests;
begin
  clear req;
  InvalidateGuestAddress(ActivePcid());
  KvmInvlpg(req);
  EnterAndSpeculate(req);
end;

ruleset pcid: Pcid do
  rule "invpcid address"
    pcide | pcid = 0
  ==>
  var req: Requests;
  begin
    clear req;
    InvalidateGuestAddress(pcid);
    KvmInvpcidGva(pcid, req);
    EnterAndSpeculate(req);
  end;

  rule "invpcid single"
    pcide | pcid = 0
  ==>
  var req: Requests;
  begin
    clear req;
    InvalidateGuestPcid(pcid);
    InvalidatePcid(pcid, req);
    EnterAndSpeculate(req);
  end;
end;

rule "invpcid all"
var req: Requests;
begin
  clear req;
  clear guestTlb;  -- yet no refill ends
  req.tlbFlushGuest := true;
  EnterAndSpeculate(req);
end;
