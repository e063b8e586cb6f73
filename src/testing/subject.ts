import type { Event } from '../../spec/events/event.ts';
import type { Adapter } from './adapter.ts';
import { type Disagreement, judge, thrown } from './judge.ts';
import type { Expected, Oracle } from './oracle.ts';

/** An implementation under test, with a count of what it was made to do. */
export class Subject {
  /** Events carried out. */
  events = 0;
  readonly #adapter: Adapter;
  readonly #oracle: Oracle;

  constructor(adapter: Adapter, oracle: Oracle) {
    this.#adapter = adapter;
    this.#oracle = oracle;
  }

  /** Its state as a text; null if it does not tell. */
  get state(): string | null {
    return this.#adapter.state?.() ?? null;
  }

  /** Goes back to the start and carries out events that have been judged before. */
  async replay(events: readonly Event[]): Promise<Disagreement | null> {
    try {
      await this.#adapter.reset(this.#oracle.world.layout);
      for (const event of events) {
        this.events++;
        await this.#adapter.apply(event);
      }
      return null;
    } catch (error) {
      return thrown(error);
    }
  }

  /** Carries out one event more. */
  judge(event: Event, expected: Expected): Promise<Disagreement | null> {
    this.events++;
    return judge(this.#adapter, event, expected);
  }

  /** Carries out a whole trace; the first disagreement, with the number of events that it took. */
  async run(
    trace: readonly Event[],
  ): Promise<{ readonly step: number; readonly found: Disagreement } | null> {
    const atStart = await this.replay([]);
    if (atStart !== null) return { step: 0, found: atStart };
    let machine = this.#oracle.start();
    for (const [i, event] of trace.entries()) {
      const next = this.#oracle.next(machine, event);
      const found = await this.judge(event, next.expected);
      if (found !== null) return { step: i + 1, found };
      machine = next.machine;
    }
    return null;
  }
}
