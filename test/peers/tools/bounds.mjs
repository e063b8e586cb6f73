/** The bounds that the peers have. */
const NAMES = ['spaces', 'pcids', 'frames', 'cachedRoots'];

/** Reads `name=N` words. @throws Error on any other word */
export function readBounds(words) {
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^(\w+)=(\d+)$/.exec(word) ?? [];
      if (!NAMES.includes(name)) throw new Error(`--bound ${word}: expected one of ${NAMES.join(', ')}, =N`);
      return [name, Number(value)];
    }),
  );
}
