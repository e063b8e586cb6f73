import type { Told } from './words.ts';

/** What was told of events, each once, by number. */
export class Tales {
  private readonly tales: (Told | null)[] = [];
  private readonly numbers = new Map<string, number>();

  get size(): number {
    return this.tales.length;
  }

  at(number: number): Told | null {
    return this.tales[number] as Told | null;
  }

  numberOf(told: Told | null): number {
    const key = told === null ? '' : `${told.refused} ${told.raised} ${told.flushes.map(flushKey)}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.tales.push(told) - 1;
    this.numbers.set(key, number);
    return number;
  }
}

function flushKey({ cpu, during, page }: Told['flushes'][number]): string {
  return `${cpu}${during}${page}`;
}
