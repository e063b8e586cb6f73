/** A function of the kernel, or a word that may be a macro; no member of a structure. */
const NAME = /(?<![\w.>])(?:FNAME\(\w+\)|_*[A-Za-z]\w*_\w+)/g;

/** Words of the docs that look like functions. */
const FIELDS: readonly string[] = ['prev_roots'];

/** The kernel's names in a text. */
export function kernelNamesIn(text: string): string[] {
  const names = [...text.matchAll(NAME)].map(([name]) => name);
  return [...new Set(names)].filter((name) => !FIELDS.includes(name) && /[a-z]|^KVM_/.test(name));
}
