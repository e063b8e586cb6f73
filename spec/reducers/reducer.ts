export type { Reducer } from '../world/world.ts';

/** For events that cannot fault. */
export const never = () => false;

/** For events that read nothing through the TLB. */
export const readsNothing = () => [];
