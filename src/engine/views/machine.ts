import type { Layout } from '../../../spec/layouts/layout.ts';
import { GUEST_PAGE, KVM_VCPU, VM } from '../../../spec/schema/schema.ts';
import type { KvmMachine } from '../../../spec/state/machine.ts';
import { blankShadowPage, obsoleteId, type Shadow, type ShadowPage } from '../../../spec/state/shadow.ts';
import type { KvmVcpu } from '../../../spec/state/vcpu.ts';
import { noWork } from '../../../spec/state/work.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout, VcpuFields } from '../rows/fields.ts';
import { EngineError } from './engine-error.ts';
import { type Held, type Viewing, viewFields } from './fields.ts';
import type { Cells } from './recorder.ts';
import { requestsView } from './requests.ts';
import { type ShadowPageView, shadowPageView } from './shadow-page.ts';
import { TopPages } from './top-pages.ts';

/** A vCPU in a row, as KVM's functions see it. */
function vcpuView(fields: VcpuFields, viewing: Viewing): KvmVcpu {
  const blind = Object.defineProperty({}, 'tlbs', {
    get: () => {
      throw new EngineError("KVM's functions have no sight of TLBs");
    },
  });
  return viewFields(KVM_VCPU, fields, viewing, blind) as KvmVcpu;
}

/** A machine in a row, as recipes see it: what they read and write goes to the row. */
export class MachineView {
  readonly machine: KvmMachine;
  readonly #cells: Cells;
  readonly #held: Held[] = [];
  readonly #obsoleteTops = new Map<string, ShadowPage>();
  readonly #rows: RowLayout;

  /**
   * @param requests by vCPU: a word with a bit for each request that is pending on it
   * @param raised told of each request that is raised, by number
   */
  constructor(
    cells: Cells,
    { spaces }: Layout,
    rows: RowLayout,
    requests: readonly Field[],
    raised: (request: number) => void,
  ) {
    const viewing: Viewing = { cells, spaces, tops: new TopPages(spaces), held: this.#held };
    this.#cells = cells;
    this.#rows = rows;
    const memory = rows.guestPages.map((fields) => {
      const { name, level, global } = fields;
      return [name, viewFields(GUEST_PAGE, fields, viewing, { level, global })];
    });
    const shadow = new Map(
      rows.shadowPages.map((fields) => [fields.name, shadowPageView(fields, viewing)] as const),
    );
    const vcpus = rows.vcpus.map((fields) =>
      vcpuView(fields, {
        ...viewing,
        requests: requestsView(cells, requests[fields.cpu] as Field, raised),
      }),
    );
    const rest = {
      memory: Object.fromEntries(memory),
      shadow: this.#shadowView(shadow),
      vcpus,
      work: noWork(),
    };
    this.machine = viewFields(VM, rows, viewing, rest) as KvmMachine;
  }

  /** Forgets all that the last piece of work left outside the row. */
  begin(): void {
    for (const { forget } of this.#held) forget();
    this.machine.work = noWork();
    this.#obsoleteTops.clear();
  }

  /** Writes to the row what the work left in registers and root slots. */
  commit(): void {
    // All that is to be written is read before anything is: a root may come from another slot.
    const all = this.#held.map(({ writes }) => writes());
    for (const writes of all) for (const [field, value] of writes) this.#cells.write(field, value);
  }

  /**
   * The shadow pages by name. An obsolete page that is a root has no place of its own: that there is one follows from
   * the root slots, and what was made below it goes with it before the guest runs.
   */
  #shadowView(pages: ReadonlyMap<string, ShadowPageView>): Shadow {
    const obsoleteTops = this.#obsoleteTops;
    const { zaps, shadowPages, layout } = this.#rows;
    const tops = new Map(
      shadowPages
        .filter(({ level }) => zaps && level === layout.levels)
        .map((fields) => [obsoleteId(fields.name), fields] as const),
    );
    const obsoleteTop = (id: string): ShadowPage | undefined => {
      const fields = tops.get(id);
      if (fields === undefined || obsoleteTops.has(id)) return obsoleteTops.get(id);
      const { page, role, level, entries } = fields;
      const sp = blankShadowPage({ page, role, level, obsolete: true }, entries.length);
      obsoleteTops.set(id, sp);
      return sp;
    };
    const find = (id: string): ShadowPage | undefined => {
      const page = pages.get(id);
      if (page === undefined) return obsoleteTop(id);
      return page.exists() ? page : undefined;
    };
    return new Proxy({} as Shadow, {
      get: (_, id) => find(String(id)),
      has: (_, id) => find(String(id)) !== undefined,
      set: (_, id, sp: ShadowPage) => {
        const page = pages.get(String(id));
        if (page !== undefined) page.make(sp);
        else if (obsoleteTop(String(id)) === undefined)
          throw new EngineError(`shadow page ${String(id)}: this layout has no place for it`);
        return true;
      },
      deleteProperty: (_, id) => {
        pages.get(String(id))?.remove();
        return true;
      },
      ownKeys: () => [...pages].filter(([, page]) => page.exists()).map(([id]) => id),
      getOwnPropertyDescriptor: (_, id) => {
        const value = find(String(id));
        return value && { value, enumerable: true, configurable: true, writable: true };
      },
    });
  }
}
