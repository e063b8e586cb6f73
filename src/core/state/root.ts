import type { Core } from '../machine.ts';
import type { VcpuFields } from '../row/fields.ts';
import { rootRole } from './vcpu.ts';

/** INVALID_PAGE: a slot that holds no root. @source kernel: VALID_PAGE */
export const INVALID = 0;

/**
 * A root slot in one number, from the lowest bit: whether it holds a root; the CR3 value that the root was
 * built for, space first; its role; whether its page is obsolete. A root points to the top page of the
 * space in its CR3 value.
 */
function makeRoot(m: Core, cr3: number, role: number): number {
  return 1 | (cr3 << 1) | (role << (1 + m.layout.cr3Bits));
}

/** The root that serves a CR3 value now. */
export function usableRoot(m: Core, v: VcpuFields, cr3: number): number {
  return makeRoot(m, cr3, rootRole(m, v));
}

/** The whole CR3 value that a root was built for. */
export function pgdOf(m: Core, root: number): number {
  return (root >>> 1) & ((1 << m.layout.cr3Bits) - 1);
}

/** Its low bits. */
export function lowOf(m: Core, root: number): number {
  return pgdOf(m, root) >>> m.layout.spaceBits;
}

/** The space of a CR3 value. */
export function spaceOf(m: Core, pgd: number): number {
  return pgd & ((1 << m.layout.spaceBits) - 1);
}

/** The number of the top shadow page that a root points to. */
export function topOf(m: Core, root: number): number {
  return (roleOf(m, root) << m.layout.spaceBits) | spaceOf(m, root >>> 1);
}

/** The role of a root, a number in `ROLES`. */
export function roleOf(m: Core, root: number): number {
  return (root >>> (1 + m.layout.cr3Bits)) & ((1 << m.layout.roleBits) - 1);
}

/** Whether the page of a root was zapped. */
export function isObsolete(m: Core, root: number): boolean {
  return m.layout.zaps && (root & obsoleteBit(m)) !== 0;
}

/** The bit of a root slot that says so. */
export function obsoleteBit(m: Core): number {
  return 1 << (1 + m.layout.cr3Bits + m.layout.roleBits);
}
