/** The kernel files that this process began to load, each with the place where what it became lies. */
const begun: { readonly file: string; readonly place: string }[] = [];

/** Notes that a kernel file is about to be loaded, so that what fails in it can be told from vtlb's own faults. */
export function beginFile(file: string, place: string): void {
  begun.push({ file, place });
}

/**
 * The kernel file in whose code something was thrown, as far as its stack says so; null if none.
 *
 * @param isLoose whether it was thrown where nobody waits for it, which vtlb does not do: then any file is to blame
 */
export function fileToBlame(error: unknown, isLoose: boolean): string | null {
  const stack = error instanceof Error ? String(error.stack) : '';
  const found = begun.find(({ place }) => stack.includes(place)) ?? (isLoose ? begun[0] : undefined);
  return found?.file ?? null;
}
