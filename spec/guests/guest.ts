/**
 * When a flush follows the store that it is for.
 *
 * `prompt`: an mm's tlb_gen is raised with the store, and a CPU flushes what it owes before it loads another
 * mm. `late`: anything may come between a store and its flush, as when the task is preempted there or the store
 * is another CPU's; only what is flushed is relied on.
 */
export type Discipline = 'prompt' | 'late';

/** The guests that a search may be told to be, by name. */
export const GUESTS = {
  linux: { doc: 'Linux on one CPU: a flush may follow its store at any distance', discipline: 'late' },
  'linux-prompt': { doc: 'Linux on one CPU: a flush follows its store at once', discipline: 'prompt' },
} as const satisfies Record<string, { readonly doc: string; readonly discipline: Discipline }>;

export type GuestName = keyof typeof GUESTS;
