import type { GuestMemory } from './guest-memory.ts';
import type { PageName } from './names.ts';
import type { Table } from './walk.ts';

/**
 * The part of a shadow page's role that the guest can change here: CR0.WP, and CR4.SMEP, up to v7.1 only where WP is
 * clear. `wp` is cr0_wp=1; `nowp` is cr0_wp=0; with `-smep`, cr4_smep is set, or smep_andnot_wp up to v7.1. PGE and
 * PCIDE are in no role. `l2` is guest_mode=1, the guest of a nested hypervisor, for which WP and SMEP are not told apart.
 *
 * @source kernel: union kvm_mmu_page_role
 */
export const ROLES = ['wp', 'nowp', 'nowp-smep', 'l2', 'wp-smep'] as const;

/** What a shadow page is for, besides the guest page that it shadows. */
export type Role = (typeof ROLES)[number];

/**
 * Names a shadow page: its guest page and role, with `/1` behind them if it shadows an upper-level page as a page
 * table, and a `!` if it is obsolete.
 */
export type ShadowPageId = string;

/** What a shadow page is found by in the hash. @source kernel: the gfn and role.word of struct kvm_mmu_page */
export interface ShadowKey {
  readonly page: PageName;
  readonly role: Role;
  /**
   * The guest uses an upper-level page as a page table as well, and this shadows it as one: role.level is 1 and
   * not the level of the page. Absent from every other key, as the role is for the page's own level there.
   */
  readonly asTable?: true;
}

/**
 * A shadow page, shared by every vCPU and every root that needs this (guest page, role).
 *
 * @source kernel: struct kvm_mmu_page
 */
export interface ShadowPage extends Table, ShadowKey {
  /** role.level: 1 for a page table, whatever else the guest uses its page as. */
  readonly level: number;
  /**
   * The guest may be storing to the page without an exit, so its entries may be older than the guest's. Level
   * 1 only.
   */
  unsync: boolean;
  /**
   * One bit an entry: something below it may be unsync. Conservative, as in the kernel: set on every linked
   * parent when a page goes unsync or is linked while unsync, cleared only along the path that a sync walks.
   */
  unsyncChildren: boolean[];
  /**
   * Not to be found in the hash: zapped while it was a root, and freed with its last root slot; or made below such
   * a root, which should not be.
   *
   * @source kernel: role.invalid
   */
  readonly obsolete: boolean;
  /** Emulated stores to an upper-level page since it was last used in a walk; the third one zaps it. */
  writeFloodingCount: number;
}

/** What is fixed of a shadow page for as long as it is there. */
export type ShadowIdentity = ShadowKey & Pick<ShadowPage, 'level' | 'obsolete'>;

/** A shadow page that maps nothing. @source kernel: kvm_mmu_alloc_shadow_page */
export function blankShadowPage(identity: ShadowIdentity, entries: number): ShadowPage {
  return {
    ...identity,
    unsync: false,
    entries: Array.from({ length: entries }, () => null),
    unsyncChildren: Array.from({ length: entries }, () => false),
    writeFloodingCount: 0,
  };
}

/** Every shadow page of the VM: the hash that kvm_mmu_find_shadow_page searches, and the obsolete pages. */
export type Shadow = Record<ShadowPageId, ShadowPage>;

/** The hash key of a shadow page, as a name. */
export function shadowPageId({ page, role, asTable }: ShadowKey): ShadowPageId {
  return asTable ? `${page}@${role}/1` : `${page}@${role}`;
}

/**
 * The key of what an upper-level shadow page links for an entry of its guest page.
 *
 * @source kernel: kvm_mmu_child_role
 */
export function childKey(
  memory: Readonly<GuestMemory>,
  parent: Pick<ShadowPage, 'role' | 'level'>,
  page: PageName,
): ShadowKey {
  const { role, level } = parent;
  return (memory[page]?.level ?? 1) < level ? { page, role } : { page, role, asTable: true };
}

/** Every key that a shadow page of a guest page may have. */
export function shadowKeysOf(page: PageName): ShadowKey[] {
  return ROLES.flatMap((role) => [
    { page, role },
    { page, role, asTable: true as const },
  ]);
}

/** The name of a shadow page that was zapped while a root slot still held it. */
export function obsoleteId(id: ShadowPageId): ShadowPageId {
  return `${id}!`;
}

/** The name of a shadow page, obsolete or not. */
export function idOf(sp: ShadowKey & Pick<ShadowPage, 'obsolete'>): ShadowPageId {
  return sp.obsolete ? obsoleteId(shadowPageId(sp)) : shadowPageId(sp);
}

/** The role in the name of a shadow page. */
export function roleIn(id: ShadowPageId): Role {
  const name = /@([^/!]*)/.exec(id)?.[1];
  const role = ROLES.find((each) => each === name);
  if (role === undefined) throw new Error(`cannot happen: shadow page ${id}`);
  return role;
}

/** Whether anything below this page may be unsync. @source kernel: sp->unsync_children */
export function hasUnsyncChildren(sp: ShadowPage): boolean {
  return sp.unsyncChildren.includes(true);
}

/** Whether this page or anything below it may be unsync. */
export function hasUnsync(sp: ShadowPage): boolean {
  return sp.unsync || hasUnsyncChildren(sp);
}
