/** What differs between the two searches, in words; nothing if they say the same. */
export function difference(what: string, plain: unknown, theirs: unknown): string[] {
  const [one, other] = [JSON.stringify(plain), JSON.stringify(theirs)];
  return one === other ? [] : [`${what}: plainly ${one}, by the checker ${other}`];
}
