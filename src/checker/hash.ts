/** Maps the key at an offset of an array to a 32-bit hash. */
export type Hash = (rows: Int32Array, at: number, words: number) => number;
