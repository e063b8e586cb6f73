// SPDX-License-Identifier: GPL-2.0
// The file of results: lines of what was searched, which begin with a dash, then a line a mutant, in tabs: its name, what
// became of it, and more of that.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Of each mutant by its name; and what was searched. */
export function readResults(file) {
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const isHead = (line) => line.startsWith('- ');
  const rows = lines.filter((line) => !isHead(line)).map((line) => line.split('\t'));
  return {
    head: lines.filter(isHead),
    results: new Map(rows.map(([id, kind, ...more]) => [id, { kind, more }])),
  };
}

/** Begins a file, or goes on with one whose head is the same. */
export function openResults(file, head) {
  const { head: found, results } = readResults(file);
  if (found.length === 0) writeFileSync(file, `${head.join('\n')}\n`);
  else if (found.join('\n') !== head.join('\n'))
    throw new Error(`${file} is of another search: expected it to begin with\n${head.join('\n')}`);
  return {
    results,
    add: (id, { kind, more }) => appendFileSync(file, `${[id, kind, ...more].join('\t')}\n`),
  };
}
