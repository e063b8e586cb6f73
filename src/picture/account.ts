import type { Change } from './picture.ts';

/** Says what differs between two values of a field, in short words. */
export type Account<T, At> = (before: T, after: T, at: At) => Change[];

/** An account of each field of a part of the state: of a field that is left out the compiler complains. */
export type Accounts<T, At> = { readonly [F in keyof T]-?: Account<T[F], At> };

/** What differs in any field of a part of the state, in the order of the accounts. */
export function walkFields<T extends object, At>(
  accounts: Accounts<T, At>,
  before: T,
  after: T,
  at: At,
): Change[] {
  return (Object.keys(accounts) as (keyof T)[]).flatMap((field) =>
    before[field] === after[field] ? [] : accounts[field](before[field], after[field], at),
  );
}

/** The account of a field in which machines of one layout, or pages of one name, never differ. */
export const sameAlways = (): Change[] => [];

/** `NAME BEFORE -> AFTER`, or nothing. */
export function change(key: string, name: string, before: string, after: string): Change[] {
  return before === after ? [] : [{ keys: [key], text: `${name} ${before} -> ${after}` }];
}

/** A bit that changed, in words for both ways; or nothing. */
export function turn(key: string, before: boolean, after: boolean, set: string, cleared: string): Change[] {
  return before === after ? [] : [{ keys: [key], text: after ? set : cleared }];
}
