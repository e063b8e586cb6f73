import { hashRow } from '../hash.ts';
import { type Checkpoint, readRows } from '../read-checkpoint.ts';
import type { Part } from './part.ts';
import type { HandedOver, PartSection, Plan } from './plan.ts';
import { ownerOf } from './share.ts';

/**
 * Gives a part its own of the rows that a search begins with.
 *
 * @returns whether there was room for all
 */
export async function seed(part: Part, plan: Plan, words: number): Promise<boolean> {
  const { rows, states, event } = plan.beginning;
  const { visited } = part;
  visited.presize((states / plan.parts) * 1.05);
  let room = true;
  for await (const [section, piece] of piecesOf(rows)) {
    for (let at = 0; at < piece.length; at += words) {
      const hash = hashRow(piece, at, words);
      if (ownerOf(hash, plan.parts) !== plan.part) continue;
      if (section !== 'keys') part[section].push(piece, at);
      else if (visited.room > 0) visited.add(piece, at, hash);
      else room = false;
    }
  }
  if (event !== 0 && (await ownsFirst(plan, words))) part.event = event;
  return room;
}

const SECTIONS: readonly PartSection[] = ['keys', 'current', 'next'];

async function* piecesOf(rows: HandedOver | Checkpoint): AsyncGenerator<[PartSection, Int32Array]> {
  for (const section of SECTIONS) {
    if ('file' in rows) for await (const piece of readRows(rows, section)) yield [section, piece];
    else yield [section, new Int32Array(rows[section])];
  }
}

/** Whether the first state to expand is this part's. */
async function ownsFirst(plan: Plan, words: number): Promise<boolean> {
  for await (const [section, piece] of piecesOf(plan.beginning.rows)) {
    if (section === 'current') return ownerOf(hashRow(piece, 0, words), plan.parts) === plan.part;
  }
  return false;
}
