/** What the relations loosen: steps that they allow and KVM does not take. A proof holds for all of these. */
export const LOOSENED: readonly string[] = [
  'a load that finds no root keeps any of the cached ones, and any number: whichever is lost, in whatever order',
  'write flooding zaps an upper page at any count, and any unsync pages of its role with it',
  'a zapped root that loses a slot flushes or not, where only current roots are examined (obsoleteRoots=current)',
  'any number of virtual pages lie behind an entry; tables and their sharing are any at the start',
];

/** What no relation is about. */
export const NOT_COVERED: readonly string[] = [
  'a fourth level, and a page that is walked at two levels',
  'nested guests with a VPID of their own: known to be stale in every release (proofs-notes/findings)',
  'VM entries that fail, nested ones too, a memslot change while KVM maps a page, two loads of CR3 in one exit',
  'stores through what a hardware TLB still holds, and dirty logging',
  'page-fault of an entry that is not present, or while a cached root of another space or role has the active PCID: known to be stale (proofs-notes/findings)',
];
