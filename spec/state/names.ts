/** A guest address space: `a`, `b`, ... It is named like its top page-table page. */
export type Space = string;

/**
 * A guest page-table page (a gfn that holds a page table): `a` is the top page of space a, `a.u` its user
 * table, `k` the shared kernel table.
 */
export type PageName = string;

/** A page of virtual addresses: `u0`, `u1` in the user half, `k0` in the kernel half, `w0` behind a window. */
export type VirtualPage = string;

/**
 * A guest page frame together with its permissions: one possible translation, `f1`, `f2`, ... Behind a window the
 * name of a page-table page, which is what the guest reads there.
 */
export type Frame = string;

/** A process-context identifier, 0 to 4095. */
export type Pcid = number;
