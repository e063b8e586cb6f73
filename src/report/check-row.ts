import type { FactGroup, FactLayout, Holder } from '../engine/facts/fact-layout.ts';
import type { Field } from '../engine/rows/field.ts';
import type { RowLayout } from '../engine/rows/fields.ts';

/** A group of facts as it is shown. */
interface Group extends Pick<FactGroup, 'cpu' | 'page' | 'pcid' | 'frame' | 'word' | 'shift'> {
  readonly bits: number;
  readonly holders: readonly string[];
}

/**
 * Where a search keeps what: the fields of a state, and behind them, where TLBs are apart, what it knows of each
 * translation. As a table, or as JSON.
 *
 * @param facts null if TLBs are in the rows
 */
export function formatRow(
  rows: RowLayout,
  facts: FactLayout | null,
  spaces: readonly string[],
  json: boolean,
): string {
  const fields = [...rows.fields].sort((a, b) => a.word - b.word || a.shift - b.shift);
  const bits = fields.reduce((sum, each) => sum + each.bits, 0);
  const groups = facts?.groups.map((group) => groupOf(group, rows.words, spaces)) ?? [];
  if (json) {
    return JSON.stringify({
      words: rows.words,
      bits,
      fields: fields.map(({ name, word, shift, bits: width }) => ({ name, word, shift, bits: width })),
      tlbs: facts === null ? 'whole' : 'apart',
      facts: facts && { words: facts.words, groups },
    });
  }
  return [
    `${bits} bits in ${rows.words} words of 32; what no event of the layout changes takes none`,
    '',
    'word  bits   field',
    '----  -----  -----',
    ...fields.map((field) => `${placeOf(field)}  ${field.name}`),
    ...(facts === null ? [] : formatFacts(facts.words, groups)),
  ].join('\n');
}

function formatFacts(words: number, groups: readonly Group[]): string[] {
  return [
    '',
    `${groups.reduce((sum, { bits }) => sum + bits, 0)} bits of TLB facts in ${words} words behind them: a translation has a bit for each`,
    'set of its holders, the n-th holder being bit n of the number of the set. The bit says that some run to the',
    'state leaves the translation with just these holders.',
    '',
    'word  bits   translation',
    '----  -----  -----------',
    ...groups.map(
      (group) =>
        `${placeOf(group)}  cpu ${group.cpu} PCID ${group.pcid} ${group.page} -> ${group.frame}: ${group.holders.join(', ')}`,
    ),
  ];
}

function groupOf(
  { cpu, page, pcid, frame, holders, word, shift }: FactGroup,
  rowWords: number,
  spaces: readonly string[],
): Group {
  return {
    cpu,
    page,
    pcid,
    frame,
    word: rowWords + word,
    shift,
    bits: 2 ** holders.length,
    holders: holders.map((holder) => nameOf(holder, spaces)),
  };
}

const HOLDERS: Readonly<Record<Holder['what'], string>> = {
  hardware: 'hardware TLB',
  guest: 'guest TLB',
  global: 'guest TLB as global',
  away: 'hardware TLB of the other CPU',
  loaded: 'was loaded',
};

/** A holder in words: `hardware TLB`, `vpid02 guest TLB`, `b was loaded`. */
function nameOf({ vpid, what, space = 0 }: Holder, spaces: readonly string[]): string {
  const under = vpid === 'vpid01' ? '' : `${vpid} `;
  return what === 'loaded' ? `${under}${spaces[space]} ${HOLDERS.loaded}` : `${under}${HOLDERS[what]}`;
}

function placeOf({ word, shift, bits }: Pick<Field, 'word' | 'shift' | 'bits'>): string {
  const last = shift + bits - 1;
  const range = bits === 1 ? `${shift}` : `${shift}-${last}`;
  return `${String(word).padStart(4)}  ${range.padEnd(5)}`;
}
