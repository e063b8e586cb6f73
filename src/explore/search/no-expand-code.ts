/** Takes the place of `expand-code.ts` on the page, whose policy forbids the code that it makes. */
export function expandCode(): never {
  throw new Error('cannot happen: the page takes its steps one by one');
}
