const HASHES = 2 ** 32;

/** The part that owns a hash, of so many; a part owns consecutive hashes, as unsigned numbers. */
export function ownerOf(hash: number, parts: number): number {
  return ((hash >>> 0) * (parts / HASHES)) | 0;
}

/** The hashes that a part owns. */
export function share(part: number, parts: number): { readonly low: number; readonly range: number } {
  const bound = (k: number) => {
    let hash = Math.floor((k / parts) * HASHES);
    while (hash < HASHES && ownerOf(hash, parts) < k) hash++;
    while (hash > 0 && ownerOf(hash - 1, parts) >= k) hash--;
    return hash;
  };
  const low = bound(part);
  return { low, range: bound(part + 1) - low };
}
