import { addFactsBefore, runFacts } from '../facts/fact-program.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { Composite } from './composite.ts';
import { EFFECT_HEAD, room } from './effects.ts';
import { runRefills } from './refills.ts';
import type { Stages } from './stages.ts';

/** How the TLBs of all vCPUs take in what they may: after every step, and nothing else of a state changes by it. */
export class Fills {
  private readonly stages: Stages;
  private readonly words: number;
  private readonly vcpus: number;
  private readonly row: Int32Array;

  /** @param row a row with all that a piece of work reads, in which the words of a state are replaced */
  constructor(stages: Stages, rows: RowLayout, row: Int32Array) {
    this.stages = stages;
    this.words = rows.words;
    this.vcpus = rows.vcpus.length;
    this.row = row;
  }

  /** The TLBs of a row, at an offset of `rows`. */
  fillRow(rows: Int32Array, at: number): void {
    const { stages, words, vcpus } = this;
    const row = this.rowAt(rows, at);
    for (let cpu = 0; cpu < vcpus; cpu++) {
      const effect = this.find(cpu, row);
      const { words: fills, programs } = stages.fillEffects;
      for (let w = 0, set = effect + EFFECT_HEAD + 1; w < words; w++, set += 2)
        (rows[at + w] as number) |= fills[set] as number;
      runRefills(programs, fills[effect + 1] as number, fills[effect + 2] as number, rows, at);
    }
  }

  /** The same for every row of a node, of which one is given: added to what a step does before. */
  addTo(composite: Composite, row: Int32Array): void {
    const { stages, words, vcpus } = this;
    let { words: into } = composite;
    for (let cpu = 0; cpu < vcpus; cpu++) {
      const effect = this.find(cpu, row);
      const { words: fills, programs } = stages.fillEffects;
      for (let set = 1; set < 2 * words; set += 2)
        (into[set] as number) |= fills[effect + EFFECT_HEAD + set] as number;
      const [from, to] = [fills[effect + 1] as number, fills[effect + 2] as number];
      into = composite.words = room(into, composite.length + to - from);
      for (let i = from; i < to; i++) into[composite.length++] = programs[i] as number;
    }
  }

  /** The facts behind a row, at an offset of `rows`, become those after TLBs took in what they may. */
  fill(rows: Int32Array, at: number): void {
    const { stages, words, vcpus } = this;
    const row = this.rowAt(rows, at);
    for (let cpu = 0; cpu < vcpus; cpu++) {
      const effect = this.find(cpu, row);
      const { words: fills, programs } = stages.fillEffects;
      runFacts(programs, fills[effect + 1] as number, fills[effect + 2] as number, rows, at + words);
    }
  }

  /** Adds to those facts, after `fill`, all that would become one of them by it. */
  close(rows: Int32Array, at: number): void {
    const { stages, words, vcpus } = this;
    const row = this.rowAt(rows, at);
    for (let cpu = vcpus - 1; cpu >= 0; cpu--) {
      const effect = stages.fills.find(cpu, row);
      const { words: fills, programs } = stages.fillEffects;
      addFactsBefore(programs, fills[effect + 1] as number, fills[effect + 2] as number, rows, at + words);
    }
  }

  private find(cpu: number, row: Int32Array): number {
    const { stages } = this;
    return stages.fills.find(cpu, row) || stages.fill(cpu, row);
  }

  private rowAt(rows: Int32Array, at: number): Int32Array {
    const { row, words } = this;
    for (let w = 0; w < words; w++) row[w] = rows[at + w] as number;
    return row;
  }
}
