/** Works on items in order, on so many at a time; the results stand in the order of the items. */
export async function inTurn<T, R>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<R>,
  onDone: (done: number) => void,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let done = 0;
  const lane = async () => {
    for (const [i, item] of waiting) {
      results[i] = await work(item);
      onDone(++done);
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  return results;
}
