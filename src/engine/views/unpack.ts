import type { Layout } from '../../../spec/layouts/layout.ts';
import { copyMachine } from '../../../spec/schema/copy.ts';
import type { Machine } from '../../../spec/state/machine.ts';
import type { Cr3 } from '../../../spec/state/registers.ts';
import { fill, type TlbEntry, type Tlbs } from '../../../spec/state/tlb.ts';
import { emptyTlbs } from '../../../spec/state/vcpu.ts';
import type { RowLayout } from '../rows/fields.ts';
import { RowMachine } from './row-machine.ts';

/** Reads the rows of a layout back as machines of the spec. */
export class Unpacker {
  readonly #rows: RowLayout;
  readonly #inRow: RowMachine;

  constructor(layout: Layout, rows: RowLayout) {
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
    const { cells, cached } = this.#inRow;
    const all = emptyTlbs();
    for (const { vpid, what, places } of cached[cpu] ?? []) {
      const under = all[vpid];
      for (const place of places.values()) {
        if (cells.read(place.field) === 0) continue;
        if (what === 'loaded') {
          const { space, low } = place as Cr3;
          under.loaded = [...under.loaded, { space, low }];
        } else {
          const { pcid, page, frame } = place as TlbEntry;
          under[what] = fill(under[what], pcid, page, frame);
        }
      }
    }
    return all;
  }
}
