import type { Event } from '../../spec/events/event.ts';
import type { Layout } from '../../spec/layouts/layout.ts';
import { formatEvent } from '../trace/print.ts';
import { eventWords } from './event-words.ts';
import { type Effect, layoutWords } from './layout-words.ts';
import { Names } from './names.ts';
import { type Observation, readObservation } from './observation.ts';
import { type WasmModule, webAssembly } from './web-assembly.ts';

/** What the driver exports (test/kernel/driver/api.c); addresses are byte offsets in `memory`. */
interface Driver {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly __global_base: { readonly value: number };
  readonly __heap_base: { readonly value: number };
  harness_in(): number;
  harness_out(): number;
  harness_create(): number;
  harness_apply(): number;
  harness_unused(): number;
  harness_failure(): number;
  harness_failure_file(): number;
  harness_failure_line(): number;
}

/** Linux's code gave up (BUG, WARN), or reached something that the harness does not provide. */
export class KernelPanic extends Error {
  override readonly name = 'KernelPanic';
}

/** A guest image that the driver cannot build: it has limits of its own. */
export class UnsupportedLayout extends Error {
  override readonly name = 'UnsupportedLayout';
}

/** Everything that an event can change: runs of bytes by their offset. */
export type Image = readonly (readonly [offset: number, bytes: Uint8Array])[];

const HOLES = 5;

/** What the stack holds before an event: as a number it is large, as a pointer it leads nowhere. */
const UNSET = 0xaa;

/** What of Linux the harness does not provide: reaching one of these functions ends the run. */
function unprovided(module: WasmModule): object {
  const functions = webAssembly.Module.imports(module).map(({ name }) => [
    name,
    () => {
      throw new KernelPanic(`${name}, which the harness does not provide`);
    },
  ]);
  return { env: Object.fromEntries(functions) };
}

/** A VM on Linux's own MMU code, in a WebAssembly instance of its own. */
export class KernelMachine {
  readonly #module: WasmModule;
  readonly #names: Names;
  readonly #effects: readonly Effect[];
  readonly #words = new WeakMap<Event, number[]>();
  #driver: Driver;
  #fresh: Image;
  #panicked = false;
  #begun = new Int32Array(0);

  /** @throws UnsupportedLayout */
  constructor(module: WasmModule, layout: Layout, effects: readonly Effect[] = []) {
    if (layout.window)
      throw new UnsupportedLayout('the kernel harness has no page that is walked at two levels');
    this.#module = module;
    this.#effects = effects;
    this.#names = new Names(layout);
    this.#driver = this.#boot();
    this.#fresh = this.save();
  }

  /** Runs one event, up to and with the entries that follow it. @throws KernelPanic; only `reset` or `restore` may follow */
  apply(event: Event): Observation {
    return readObservation(this.run(event), this.#names);
  }

  /** The words of the observation of the machine at the start. */
  get begun(): Int32Array {
    return this.#begun;
  }

  /** The same as `apply`; the words of the observation, which the next call overwrites. @throws KernelPanic */
  run(event: Event): Int32Array {
    let words = this.#words.get(event);
    if (words === undefined) {
      words = eventWords(event, this.#names);
      this.#words.set(event, words);
    }
    const { memory, harness_in, harness_out, harness_apply } = this.#driver;
    new Int32Array(memory.buffer, harness_in(), words.length).set(words);
    // What code reads without having set it shows, and does not depend on the events before, which no image has.
    new Uint8Array(memory.buffer, 0, this.#driver.__global_base.value).fill(UNSET);
    let length: number;
    try {
      length = harness_apply();
    } catch (error) {
      this.#panicked = true;
      throw new KernelPanic(`${formatEvent(event)}: ${whatEnded(this.#driver, error)}`);
    }
    if (length < 0) throw new Error(`cannot happen: the driver does not know ${formatEvent(event)}`);
    return new Int32Array(memory.buffer, harness_out(), length);
  }

  /** Back to the start. */
  reset(): void {
    this.restore(this.#fresh);
  }

  /** A trap leaves the stack where it was, so nothing short of a new instance will do. */
  #recover(): void {
    if (!this.#panicked) return;
    this.#driver = this.#boot();
    this.#panicked = false;
  }

  /** @param reuse an image of this machine that is not needed any more */
  save(reuse: Image = []): Image {
    const { memory, __global_base, __heap_base, harness_unused } = this.#driver;
    const holes = new Uint32Array(memory.buffer, harness_unused(), 2 * HOLES);
    const pairs = Array.from({ length: HOLES }, (_, i) => [
      holes[2 * i] as number,
      holes[2 * i + 1] as number,
    ]);
    const runs: [number, Uint8Array][] = [];
    // Below the first global lies the stack, which is empty between events.
    let from = __global_base.value;
    const keepTo = (to: number) => {
      if (to <= from) return;
      const run = reuse[runs.length]?.[1];
      const bytes = run?.length === to - from ? run : new Uint8Array(to - from);
      bytes.set(new Uint8Array(memory.buffer, from, to - from));
      runs.push([from, bytes]);
    };
    for (const [start, end] of pairs.sort(([one = 0], [other = 0]) => one - other)) {
      keepTo(start as number);
      from = end as number;
    }
    keepTo(__heap_base.value);
    return runs;
  }

  /** Puts a saved state of this machine back. Host pages used since then hold garbage, as free pages do. */
  restore(image: Image): void {
    this.#recover();
    const bytes = new Uint8Array(this.#driver.memory.buffer);
    for (const [offset, run] of image) bytes.set(run, offset);
  }

  #boot(): Driver {
    const driver = new webAssembly.Instance(this.#module, unprovided(this.#module)).exports as Driver;
    const words = layoutWords(this.#names, this.#effects);
    new Int32Array(driver.memory.buffer, driver.harness_in(), words.length).set(words);
    const length = created(driver);
    if (length < 0) {
      throw new UnsupportedLayout(
        'the kernel harness cannot build this guest: it has room for 4 spaces, 8 pages a half and 4 vCPUs',
      );
    }
    this.#begun = new Int32Array(driver.memory.buffer, driver.harness_out(), length).slice();
    return driver;
  }
}

/** The length of the first observation. @throws KernelPanic */
function created(driver: Driver): number {
  try {
    return driver.harness_create();
  } catch (error) {
    throw new KernelPanic(`before the first event: ${whatEnded(driver, error)}`);
  }
}

/** What ended a call of the code, in words. */
function whatEnded(driver: Driver, error: unknown): string {
  if (error instanceof KernelPanic) return error.message;
  const what = driver.harness_failure();
  if (what === 0) return String(error);
  const file = textAt(driver, driver.harness_failure_file()).replace(/^.*\//, '');
  return `${textAt(driver, what)} (${file}:${driver.harness_failure_line()})`;
}

function textAt({ memory }: Driver, address: number): string {
  const bytes = new Uint8Array(memory.buffer, address, 200);
  return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
}
