import type { Role } from '../../../spec/state/shadow.ts';

const ROLE_DOCS: { readonly [R in Role]: string } = {
  wp: 'CR0.WP=1',
  nowp: 'CR0.WP=0',
  'nowp-smep': 'CR0.WP=0 with CR4.SMEP=1',
  'wp-smep': 'CR0.WP=1 with CR4.SMEP=1',
  l2: 'L2, the guest of a nested hypervisor',
};

const SHADOW_PAGE =
  /^(?<page>[a-z][\w.]*)@(?<role>wp-smep|wp|nowp-smep|nowp|l2)(?<asTable>\/1)?(?<obsolete>!*)$/;
const CR3 = /^(?<space>[a-z])\|(?<low>\d+)$/;
const FRAME = /^f\d+$/;
const USER_OR_KERNEL_PAGE = /^(?<half>[ukw])\d+$/;
const TABLE = /^(?<owner>[a-z])(?<user>\.u)?(?<further>\.\d+)?(?<directory>\.dir)?$/;

const HALVES: Readonly<Record<string, string>> = { u: 'user', k: 'kernel', w: 'window' };

/** What a name of the picture stands for: `a@wp`, `a|0`, `f1`, `u0`, `a.u`; null for what is no such name. */
export function explain(name: string): string | null {
  const shadow = SHADOW_PAGE.exec(name)?.groups;
  if (shadow !== undefined) {
    const { page, role, asTable, obsolete } = shadow;
    return [
      `${name}: the shadow page of guest page ${page} for the role ${ROLE_DOCS[role as Role]}`,
      asTable ? ', as a level-1 table' : '',
      obsolete ? ', obsolete: zapped while it was a root' : '',
    ].join('');
  }
  const cr3 = CR3.exec(name)?.groups;
  if (cr3 !== undefined) {
    const { space, low } = cr3;
    return `${name}: the CR3 value of space ${space} with ${low} in bits 11:0, the PCID while CR4.PCIDE=1, else PWT and PCD`;
  }
  if (FRAME.test(name))
    return `${name}: a guest page frame together with its permissions, one possible translation`;
  const half = USER_OR_KERNEL_PAGE.exec(name)?.groups?.half;
  if (half !== undefined) return `${name}: a virtual page in the ${HALVES[half]} half`;
  const table = TABLE.exec(name)?.groups;
  return table === undefined ? null : explainTable(name, table as Record<string, string | undefined>);
}

/** Page tables that every space links to, by the letter that no space has. */
const SHARED: Readonly<Record<string, string>> = {
  k: 'for the kernel half',
  s: 'for the user half',
};

function explainTable(
  name: string,
  { owner = '', user, further, directory }: Record<string, string | undefined>,
): string {
  const shared = SHARED[owner];
  const what = directory ? 'directory' : further ? 'further page table' : 'page table';
  if (shared !== undefined) return `${name}: the guest's ${what} ${shared}, which the spaces share`;
  if (user === undefined) return `${name}: a guest address space, and its top page-table page`;
  return `${name}: the guest's ${what} for the user half of space ${owner}`;
}
