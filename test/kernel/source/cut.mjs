// SPDX-License-Identifier: GPL-2.0
// Cuts a function, or a run of lines inside one, out of C source that is written in the kernel's style:
// a function starts in column 0 and ends at the next line that is a lone closing brace.

/** The text of function `name`, or null. */
export function cutFunction(source, name) {
  const lines = source.split('\n');
  const head = new RegExp(`^[A-Za-z_].*\\b${name}\\(`);
  for (let i = 0; i < lines.length; i++) {
    if (!head.test(lines[i])) continue;
    // A prototype ends with ';' before any line that opens the body.
    let open = i;
    while (open < lines.length && lines[open] !== '{' && !/;\s*$/.test(lines[open])) open++;
    if (lines[open] !== '{') continue;
    let first = i;
    // The return type may stand on a line of its own.
    if (/^[A-Za-z_]/.test(lines[i - 1] ?? '') && !/[;{}:]\s*$/.test(lines[i - 1])) first = i - 1;
    const close = lines.indexOf('}', open);
    if (close < 0) return null;
    return lines.slice(first, close + 1).join('\n');
  }
  return null;
}

/** The lines from the first that contains `start` to the next that contains `end`, which is left out; or null. */
export function cutBlock(source, start, end) {
  const lines = source.split('\n');
  const first = lines.findIndex((l) => l.includes(start));
  const last = lines.findIndex((l, i) => i > first && l.includes(end));
  return first < 0 || last < 0 ? null : lines.slice(first, last).join('\n');
}
