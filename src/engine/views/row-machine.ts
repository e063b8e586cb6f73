import type { Layout } from '../../../spec/layouts/layout.ts';
import type { KvmMachine } from '../../../spec/state/machine.ts';
import { Allocator } from '../rows/allocate.ts';
import { type CachedSet, cachedSets } from '../rows/cached.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout } from '../rows/fields.ts';
import { MachineView } from './machine.ts';
import { Cells } from './recorder.ts';

/** A whole machine in a row, to be written or read: what KVM's functions see of it, and what it keeps of TLBs. */
export class RowMachine {
  readonly cells: Cells;
  /** A word for each vCPU: what is pending there. A row has no place for it. */
  readonly requests: readonly Field[];
  /** By vCPU: what rows keep of what is cached. */
  readonly cached: readonly (readonly CachedSet[])[];
  readonly #view: MachineView;

  constructor(layout: Layout, rows: RowLayout) {
    const scratch = new Allocator(rows.words);
    this.requests = rows.vcpus.map(({ cpu }) => scratch.bits(`cpu ${cpu} requests`, 32));
    this.cells = new Cells(rows.words + scratch.words);
    this.#view = new MachineView(this.cells, layout, rows, this.requests, () => {});
    this.cached = rows.vcpus.map(({ cpu }) => cachedSets(rows, cpu));
  }

  /** Starts over with the words of a row, and nothing pending. */
  begin(row: Int32Array): KvmMachine {
    this.cells.row.fill(0);
    this.cells.row.set(row);
    this.#view.begin();
    return this.#view.machine;
  }

  /** Puts registers and root slots into the row. */
  commit(): void {
    this.#view.commit();
  }
}
