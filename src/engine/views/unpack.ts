import type { Layout } from '../../../spec/layouts/layout.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Cr3 } from '../../../spec/state/registers.ts';
import { fill, type Tlbs, VPIDS, type Vpid } from '../../../spec/state/tlb.ts';
import { emptyTlbs } from '../../../spec/state/vcpu.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import { RowMachine } from './row-machine.ts';

/** Reads the rows of a layout back as machines of the spec. */
export class Unpacker {
  readonly #layout: Layout;
  readonly #rows: RowLayout;
  readonly #inRow: RowMachine;

  constructor(layout: Layout, rows: RowLayout) {
    this.#layout = layout;
    this.#rows = rows;
    this.#inRow = new RowMachine(layout, rows);
  }

  /** The machine in the first words of `row`; rows say nothing of work, so it has none. */
  unpack(row: Int32Array): Machine {
    const view = this.#inRow.begin(row.subarray(0, this.#rows.words));
    const vcpus = view.vcpus.map((vcpu, cpu) => ({ ...vcpu, tlbs: this.#tlbs(cpu) }));
    const machine = copyMachine({ ...view, vcpus });
    // An obsolete page that is a root has no place of its own.
    for (const { mmu } of vcpus)
      for (const root of [mmu.root, ...mmu.prevRoots]) {
        const sp = root && view.shadow[root.page];
        if (sp?.obsolete) machine.shadow[root?.page as string] = sp;
      }
    return machine;
  }

  #tlbs(cpu: number): Tlbs {
    const { cells, tlbs } = this.#inRow;
    const all = emptyTlbs();
    for (const { cpu: of, vpid, what, entries } of tlbs) {
      if (of !== cpu) continue;
      for (const { pcid, page, frame, field } of entries)
        if (cells.read(field) === 1) all[vpid][what] = fill(all[vpid][what], pcid, page, frame);
    }
    for (const vpid of VPIDS) all[vpid].loaded = this.#loaded(cpu, vpid);
    return all;
  }

  #loaded(cpu: number, vpid: Vpid): Cr3[] {
    const { slots } = (this.#rows.vcpus[cpu] as VcpuFields).vpids[vpid].loaded;
    const sets = slots.map(([slot]) => this.#inRow.cells.read(slot as Field));
    return this.#layout.spaces.flatMap((space, i) =>
      sets.flatMap((set, low) => ((set >>> i) & 1 ? [{ space, low }] : [])),
    );
  }
}
