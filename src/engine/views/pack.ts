import type { Layout } from '../../../spec/layouts/layout.ts';
import { GUEST_PAGE, KVM_VCPU, VM } from '../../../spec/schema/schema.ts';
import type { AnySchema, AnySort } from '../../../spec/schema/sorts.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Vcpu } from '../../../spec/state/vcpu.ts';
import { cachedKey } from '../rows/cached.ts';
import type { RowLayout } from '../rows/fields.ts';
import { EngineError } from './engine-error.ts';
import { RowMachine } from './row-machine.ts';

/** A machine that the rows of a layout have no place for. */
export class PackError extends Error {
  override readonly name = 'PackError';
}

/** Writes machines of the spec as rows. */
export class Packer {
  readonly #rows: RowLayout;
  readonly #inRow: RowMachine;
  readonly #blank: Int32Array;

  constructor(layout: Layout, rows: RowLayout) {
    this.#rows = rows;
    this.#inRow = new RowMachine(layout, rows);
    this.#blank = new Int32Array(rows.words);
    this.#blank[rows.occupied.word] = 1 << rows.occupied.shift;
  }

  /**
   * Writes a machine into the first words of `row`.
   *
   * @throws PackError if the machine is one that no step could lead to
   */
  pack(machine: Machine, row: Int32Array): void {
    try {
      this.#put(machine);
    } catch (error) {
      throw error instanceof EngineError ? new PackError(error.message) : error;
    }
    row.set(this.#inRow.cells.row.subarray(0, this.#rows.words));
  }

  #put(machine: Machine): void {
    const { memory, vcpus } = machine;
    const view = this.#inRow.begin(this.#blank);
    for (const [name, page] of Object.entries(view.memory)) {
      if (memory[name] === undefined) throw new PackError(`no guest page ${name}`);
      assign(GUEST_PAGE, page, memory[name]);
    }
    assign(VM, view, machine);
    for (const [cpu, vcpu] of vcpus.entries()) assign(KVM_VCPU, view.vcpus[cpu] as object, vcpu);
    for (const [id, sp] of Object.entries(machine.shadow)) {
      if (sp.obsolete) this.#checkObsolete(machine, id);
      view.shadow[id] = sp;
    }
    this.#inRow.commit();
    this.#putCached(vcpus);
    for (const [cpu, requests] of this.#inRow.requests.entries())
      if (this.#inRow.cells.read(requests) !== 0) throw new PackError(`${vcpus[cpu]?.mmu.requests} pending`);
  }

  /** Of an obsolete page without a place of its own, no more is known than that it is a root. */
  #checkObsolete({ shadow, vcpus }: Machine, id: string): void {
    if (this.#rows.shadowPages.some(({ name }) => name === id)) return;
    if (!vcpus.some(({ mmu }) => [mmu.root, ...mmu.prevRoots].some((root) => root?.page === id)))
      throw new PackError(`no root slot holds the obsolete ${id}`);
    if (shadow[id]?.entries.some((entry) => entry !== null))
      throw new PackError(`the obsolete ${id} has entries`);
  }

  #putCached(vcpus: readonly Vcpu[]): void {
    const { cells, cached } = this.#inRow;
    for (const [cpu, { tlbs }] of vcpus.entries()) {
      for (const { vpid, what, isKept, places } of cached[cpu] ?? []) {
        for (const key of isKept ? tlbs[vpid][what].map(cachedKey) : []) {
          const place = places.get(key);
          if (place === undefined) throw new PackError(`${key} in ${vpid}.${what}`);
          cells.write(place.field, 1);
        }
      }
    }
  }
}

/** Gives what is in a row the fields of what is to be there. */
function assign(schema: AnySchema, view: object, value: object): void {
  const [to, from] = [view, value] as [Record<string, unknown>, Record<string, unknown>];
  for (const name in schema) {
    const sort = schema[name] as AnySort;
    if (sort.kind === 'parts') assign(sort.of, to[name] as object, from[name] as object);
    else if (sort.kind !== 'fixed') to[name] = from[name];
  }
}
