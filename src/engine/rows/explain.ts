import type { Field } from './field.ts';
import type { RowLayout } from './fields.ts';

/** Where each fact of a state is kept in a row: as a table, or as JSON. */
export function explainRow(rows: RowLayout, json: boolean): string {
  const fields = [...rows.fields].sort((a, b) => a.word - b.word || a.shift - b.shift);
  const used = fields.reduce((sum, { bits }) => sum + bits, 0);
  if (json) {
    return JSON.stringify({
      words: rows.words,
      bits: used,
      fields: fields.map(({ name, word, shift, bits }) => ({ name, word, shift, bits })),
    });
  }
  const lines = fields.map((field) => `${placeOf(field)}  ${field.name}`);
  return [
    `${used} bits in ${rows.words} words of 32; what no event of the layout changes takes none`,
    '',
    'word  bits   field',
    '----  -----  -----',
    ...lines,
  ].join('\n');
}

function placeOf({ word, shift, bits }: Field): string {
  const last = shift + bits - 1;
  const range = bits === 1 ? `${shift}` : `${shift}-${last}`;
  return `${String(word).padStart(4)}  ${range.padEnd(5)}`;
}
