import { HALVES } from '../../../spec/events/event.ts';
import type { Layout } from '../../../spec/layouts/layout.ts';
import type { GuestPage } from '../../../spec/state/guest-memory.ts';
import { entryIndex, HALF_ENTRY, halfOf, LEAF_STRIDE, linksOf } from '../../kvm/paging.ts';
import { leafEntry, linkName, pageName, tableName } from './names.ts';

/** Where the two halves begin. */
const HALF_BASE = { user: '0x400000000000ul', kernel: '0xffffc00000000000ul' } as const;

/** The macros and variables for the guest's paging structures, its frames and its virtual pages. */
export function tableDeclarations(layout: Layout): string[] {
  const tables = tablesOf(layout).map((page) => tableName(layout, page));
  const halves = HALVES.filter((half) => layout.halves[half] !== undefined);
  return [
    '/*',
    ' * Each half of an address space lies behind one entry of its top page. Entries of a page',
    " * table stand 8 apart, so that KVM's prefetch of neighbours finds nothing.",
    ' */',
    ...halves.flatMap((half) => [
      `#define ${half.toUpperCase()}_ENTRY\t${HALF_ENTRY[half]}`,
      `#define ${half.toUpperCase()}_HALF\t${HALF_BASE[half]}`,
    ]),
    ...layout.virtualPages.map((page) => {
      const half = halfOf(layout, page).toUpperCase();
      const index = LEAF_STRIDE * (layout.paths[page]?.at(-1) as number);
      return `#define ${pageName(page)}\t((unsigned long *)(${half}_HALF + ${index} * PAGE_SIZE))`;
    }),
    '',
    '/* Entries have their accessed bit, so that only the trace changes them. */',
    '#define UPPER_FLAGS\t(PT_PRESENT_MASK | PT_WRITABLE_MASK | PT_USER_MASK | PT_ACCESSED_MASK)',
    ...halves.map((half) =>
      half === 'user'
        ? '#define USER_PTE(n)\t(frame[n] | PT_PRESENT_MASK | PT_USER_MASK | PT_ACCESSED_MASK)'
        : '#define KERNEL_PTE(n)\t(frame[n] | PT_PRESENT_MASK | PT_GLOBAL_MASK | PT_ACCESSED_MASK)',
    ),
    '',
    '/* The pages of the paging structures, those of the spaces first. */',
    'enum {',
    ...tables.map((name) => `\t${name},`),
    '\tTABLES,',
    '};',
    `#define SPACES\t${layout.spaces.length}`,
    `#define FRAMES\t${layout.frames.length}`,
    '',
    '/* What upper entries lead to, from which page. */',
    'enum {',
    ...linksOf(layout).map((link) => `\t${linkName(link)},`),
    '\tLINKS,',
    '};',
    '',
    'static pteval_t *table[TABLES];',
    '/* The levels between, of which the trace knows nothing, are private to each: KVM syncs a shared one as a whole. */',
    'static pteval_t link[LINKS];',
    '/* Frame n holds n in its first word. */',
    'static pteval_t frame[FRAMES + 1];',
  ];
}

/** The functions that build the tables as the layout has them at the start. */
export function tableSetup(layout: Layout): string[] {
  return [
    'static void *new_page(void)',
    '{',
    '\treturn memset(alloc_page(), 0, PAGE_SIZE);',
    '}',
    '',
    'static pteval_t new_link(pteval_t *page, int levels_between)',
    '{',
    '\twhile (levels_between-- > 0) {',
    '\t\tpteval_t *above = new_page();',
    '',
    '\t\tabove[0] = virt_to_phys(page) | UPPER_FLAGS;',
    '\t\tpage = above;',
    '\t}',
    '\treturn virt_to_phys(page) | UPPER_FLAGS;',
    '}',
    '',
    'static void setup_tables(void)',
    '{',
    '\tpteval_t *boot = current_page_table();',
    '\tint i, j;',
    '',
    '\tfor (i = 1; i <= FRAMES; i++) {',
    '\t\tunsigned long *page = new_page();',
    '',
    '\t\tpage[0] = i;',
    '\t\tframe[i] = virt_to_phys(page);',
    '\t}',
    '\tfor (i = 0; i < TABLES; i++)',
    '\t\ttable[i] = new_page();',
    '',
    '\t/* The program is in every space, out of the reach of user mode: CR4.SMEP may be set. */',
    '\tfor (i = 0; i < SPACES; i++)',
    '\t\tfor (j = 0; j < 512; j++)',
    '\t\t\ttable[i][j] = boot[j] & ~PT_USER_MASK;',
    '',
    ...linksOf(layout).map(
      (link) =>
        `\tlink[${linkName(link)}] = new_link(table[${tableName(layout, link.to)}], ${link.between});`,
    ),
    '',
    ...tablesOf(layout).flatMap((page) => entriesOf(layout, page).map((line) => `\t${line}`)),
    '}',
  ];
}

/** Top pages first. */
function tablesOf({ memory, spaces }: Layout): string[] {
  return [...spaces, ...Object.keys(memory).filter((page) => !spaces.includes(page))];
}

function entriesOf(layout: Layout, page: string): string[] {
  const { level, global, entries } = layout.memory[page] as GuestPage;
  const name = tableName(layout, page);
  return entries.map((entry, index) => {
    const at = entryIndex(layout, page, index);
    if (level === 1) return `table[${name}][${at}] = ${leafEntry(global ? 'kernel' : 'user', entry)};`;
    const half = HALVES.find((each) => layout.spaces.includes(page) && layout.halves[each] === index);
    const place = half === undefined ? `${at}` : `${half.toUpperCase()}_ENTRY`;
    return `table[${name}][${place}] = ${entry === null ? '0' : `link[${linkName({ from: page, to: entry })}]`};`;
  });
}
