import type { Frame, PageName, Pcid, Space, VirtualPage } from '../state/names.ts';
import type { Cr4Bit } from '../state/registers.ts';

interface OnCpu {
  /** Index of the vCPU on which the event happens. */
  readonly cpu: number;
}

/** A read of `page` under the current CR3. */
export interface Access extends OnCpu {
  readonly kind: 'access';
  readonly page: VirtualPage;
}

/**
 * A store to the level-1 entry that the layout gave to `page` of `space`; `emulated` when KVM carries out the
 * instruction, `cached` when it goes through what the hardware TLB still holds, if it may hold it.
 */
export interface WritePte extends OnCpu {
  readonly kind: 'write-pte';
  readonly space: Space;
  readonly page: VirtualPage;
  readonly frame: Frame | null;
  readonly emulated: boolean;
  readonly cached?: true;
}

/** The halves of an address space: each is one entry of its top page. */
export const HALVES = ['user', 'kernel'] as const;

/** A half of an address space. */
export type Half = (typeof HALVES)[number];

/**
 * A store to an upper entry on the path of a half: the entry one level above `table`, or the level-2 entry
 * when it is cleared.
 */
export interface WriteDir extends OnCpu {
  readonly kind: 'write-dir';
  readonly space: Space;
  readonly half: Half;
  readonly table: PageName | null;
}

/** MOV to CR3 of `space` with `low` in bits 11:0; `noflush` is bit 63. */
export interface MovCr3 extends OnCpu {
  readonly kind: 'mov-cr3';
  readonly space: Space;
  readonly low: number;
  readonly noflush: boolean;
}

/** MOV to CR4 that gives the named bits a value and leaves the others. */
export interface MovCr4 extends OnCpu {
  readonly kind: 'mov-cr4';
  readonly bits: { readonly [B in Cr4Bit]?: boolean };
}

/** MOV to CR0 that gives WP a value. */
export interface MovCr0 extends OnCpu {
  readonly kind: 'mov-cr0';
  readonly wp: boolean;
}

/** INVLPG of an address in `page`. */
export interface Invlpg extends OnCpu {
  readonly kind: 'invlpg';
  readonly page: VirtualPage;
}

/** INVPCID, its four types. */
export type Invpcid = OnCpu & { readonly kind: 'invpcid' } & (
    | { readonly type: 'address'; readonly pcid: Pcid; readonly page: VirtualPage }
    | { readonly type: 'single'; readonly pcid: Pcid }
    | { readonly type: 'all' }
    | { readonly type: 'all-nonglobal' }
  );

/**
 * Two loads of CR3 with zero in the low bits and no entry between them, as where KVM emulates one instruction
 * after the other.
 */
export interface MovCr3Twice extends OnCpu {
  readonly kind: 'mov-cr3-twice';
  readonly first: Space;
  readonly second: Space;
}

/**
 * A nested hypervisor (L1) and its guest (L2), which share the registers that are modelled; both page their
 * memory by tables that KVM shadows. `enter`: L1 runs L2, whose CR3 is `space`. `exit`: L2 leaves, and L1 goes on
 * with CR3 `space`. `invvpid`: L1 executes INVVPID.
 *
 * L1 gives L2 no VPID unless `vpid` says so: the `same` as before, or a `new` one, never used before. An entry that
 * `fails` does so once L2's state is loaded, as where an MSR of it cannot be: L1 goes on with the CR3 that it had.
 */
export type Nested = OnCpu & { readonly kind: 'nested' } & (
    | {
        readonly action: 'enter';
        readonly space: Space;
        readonly vpid?: 'same' | 'new';
        readonly fails?: true;
      }
    | { readonly action: 'exit'; readonly space: Space }
    | { readonly action: 'invvpid' }
  );

/**
 * An access that the translation in use does not permit, so that the guest gets #PF: a store or a fetch, which
 * the model does not carry out otherwise. P is 1 in the error code if the guest's tables map the page.
 */
export interface PageFault extends OnCpu {
  readonly kind: 'page-fault';
  readonly page: VirtualPage;
}

/**
 * As `host zap-all`, but while KVM is about to map `page` and does not hold its lock yet. `fault`: after the exit
 * of a read that the shadow tables do not map; the read itself is left to be tried again. `page-ready`: outside
 * any entry, before KVM maps a page that the host had to bring into memory first.
 */
export interface ZapDuring extends OnCpu {
  readonly kind: 'zap-during';
  readonly during: (typeof ZAPPED_DURING)[number];
  readonly page: VirtualPage;
}

/** What KVM may be doing meanwhile, in the words of a trace. */
export const ZAPPED_DURING = ['fault', 'page-ready'] as const;

/** What the host may do, in the words of a trace. */
export const HOST_ACTIONS = ['zap-all', 'fail-entry', 'flush-guest', 'init', 'migrate', 'log-dirty'] as const;

/**
 * What happens to a vCPU from outside. `zap-all`: the host changes a memslot, and with it every shadow page
 * becomes obsolete. `fail-entry`: the next VM entry that has something to do fails once and is tried again.
 * `init`: the vCPU gets INIT, and its guest pages again with the tables that it had. `migrate`: it goes on to
 * run on the other one of two physical CPUs. `flush-guest`: another vCPU of the guest asked, by a paravirtual
 * call, that this one's whole TLB be flushed. `log-dirty`: the host asks which pages were written to, for which
 * they are write-protected; whatever vCPU it names.
 */
export interface Host extends OnCpu {
  readonly kind: 'host';
  readonly action: (typeof HOST_ACTIONS)[number];
}

/** What happens to the machine between two stretches of guest execution. */
export type Event =
  | Access
  | WritePte
  | WriteDir
  | MovCr3
  | MovCr4
  | MovCr0
  | Invlpg
  | Invpcid
  | MovCr3Twice
  | Nested
  | PageFault
  | ZapDuring
  | Host;

/** The word that a trace names an event by. */
export type EventKind = Event['kind'];

/** Every kind, in the order in which people learn them. */
export const EVENT_KINDS = [
  'access',
  'write-pte',
  'write-dir',
  'mov-cr3',
  'mov-cr4',
  'mov-cr0',
  'invlpg',
  'invpcid',
  'mov-cr3-twice',
  'nested',
  'page-fault',
  'zap-during',
  'host',
] as const satisfies readonly EventKind[];

/** The events of one kind. */
export type EventOf<K extends EventKind> = Extract<Event, { readonly kind: K }>;

/** What an event came to: carried out, or refused with a general-protection fault that changes nothing. */
export type Outcome = 'ok' | '#GP';
