/** The name that a line defines at its beginning; nothing that is called or declared there stands so far left. */
const FUNCTION =
  /^(?![#/*}{\s])(?!typedef\b|return\b|else\b)(?:[\w*,\s]*?[\s*])?(FNAME\(\w+\)|\w+)\s*\((?!\s*\*)/;
const MACRO = /^#\s*define\s+(\w+)/;
const LABEL = /^\w+:\s*$/;

/**
 * The function or macro whose definition begins with the first of some lines of C, by how the kernel lays it out;
 * null where none does. A declaration ends with a semicolon before any brace.
 */
export function definedBy(lines: readonly string[]): string | null {
  const [first = ''] = lines;
  const macro = MACRO.exec(first)?.[1];
  if (macro !== undefined) return macro;
  const name = FUNCTION.exec(first)?.[1];
  if (name === undefined || LABEL.test(first)) return null;
  const [head = ''] = lines.join('\n').split('{', 1);
  return /;\s*(?:\/\*.*\*\/\s*)?$/m.test(head) || head.includes('=') ? null : name;
}

/** Whether a line cannot stand in a function's body: it begins at the left, and is no label, brace or directive. */
export function leavesFunction(line: string): boolean {
  return /^[^\s#{}]/.test(line) && !LABEL.test(line);
}
