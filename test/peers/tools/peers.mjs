import { native } from './native.mjs';
import { rumur } from './rumur.mjs';
import { spinBfs, spinDfs } from './spin.mjs';

/**
 * The other checkers, each as
 *
 *   - needs: the programs that it is built with;
 *   - build(folder, bounds, { states, hurried }): builds it in a folder, with room for so many states, and
 *     `hurried` without optimization; gives the file to run and its arguments;
 *   - read(printed): the counts in what it printed. Throws PeerError when it found an error in the model, or
 *     did not finish;
 *   - environment: variables that it runs the better for.
 */
export const PEERS = { spinDfs, spinBfs, rumur, native };
