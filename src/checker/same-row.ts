/** Whether the rows of so many words at two offsets are the same. */
export function isSameRow(
  rows: Int32Array,
  at: number,
  others: Int32Array,
  otherAt: number,
  words: number,
): boolean {
  let unlike = 0;
  for (let k = 0; k < words; k++) unlike |= (rows[at + k] as number) ^ (others[otherAt + k] as number);
  return unlike === 0;
}
