import type { Mutated } from '../mutate/mutate.ts';
export function formatMutate(_h: unknown, m: Mutated): string { return String(m.mutants.length); }
