import type { Layout } from '../../../spec/layouts/layout.ts';
import type { KvmMachine } from '../../../spec/state/machine.ts';
import {
  childKey,
  idOf,
  obsoleteId,
  ROLES,
  type Role,
  type Shadow,
  type ShadowPage,
} from '../../../spec/state/shadow.ts';
import { noWork } from '../../../spec/state/work.ts';
import type { Field } from '../rows/field.ts';
import type { RowLayout } from '../rows/fields.ts';
import { EngineError } from './engine-error.ts';
import type { Recorder } from './recorder.ts';
import { guestPageView, obsoletePageView, type ShadowPageView, shadowPageView } from './tables.ts';
import { TopPages } from './top-pages.ts';
import { type VcpuView, vcpuView } from './vcpu.ts';

/** A machine in a row, as recipes see it: what they read and write is recorded. */
export class MachineView {
  readonly machine: KvmMachine;
  readonly #vcpus: readonly VcpuView[];
  readonly #obsoleteTops = new Map<string, ShadowPage>();
  readonly #rows: RowLayout;

  /**
   * @param requests by vCPU: a word with a bit for each request that is pending on it
   * @param raised told of each request that is raised, by number
   */
  constructor(
    recorder: Recorder,
    layout: Layout,
    rows: RowLayout,
    requests: readonly Field[],
    raised: (request: number) => void,
  ) {
    const { spaces, frames } = layout;
    const tops = new TopPages(spaces);
    this.#rows = rows;
    this.#vcpus = rows.vcpus.map((fields, cpu) =>
      vcpuView(recorder, { fields, spaces, tops, requests: requests[cpu] as Field, raised }),
    );
    const memory = Object.fromEntries(
      rows.guestPages.map((fields) => [fields.name, guestPageView(recorder, frames, fields)]),
    );
    const writable = {};
    for (const { name, writable: field } of rows.guestPages) {
      Object.defineProperty(writable, name, {
        enumerable: true,
        get: () => recorder.read(field) === 1,
        set: (is: boolean) => recorder.write(field, is ? 1 : 0),
      });
    }
    const pages = new Map<string, ShadowPageView>();
    for (const fields of rows.shadowPages) pages.set(fields.name, shadowPageView(recorder, frames, fields));
    for (const fields of rows.obsoletePages) {
      const nameOf = (page: string) => {
        const parent = { role: ROLES[fields.role] as Role, level: fields.level };
        return idOf({ ...childKey(layout.memory, parent, page), obsolete: true });
      };
      pages.set(fields.name, obsoletePageView(recorder, frames, fields, nameOf));
    }
    // Whoever keeps something of their own on it is told so.
    this.machine = Object.seal({
      memory,
      writable,
      shadow: this.#shadowView(pages),
      vcpus: this.#vcpus.map(({ vcpu }) => vcpu),
      work: noWork(),
    });
  }

  /** Forgets all that the last piece of work left outside the row. */
  begin(): void {
    for (const vcpu of this.#vcpus) vcpu.begin();
    this.machine.work = noWork();
    if (!this.#rows.zaps) return;
    for (const { name, page, role, level } of this.#rows.shadowPages) {
      if (level < page.level || !this.#rows.guestTops.includes(page)) continue;
      this.#obsoleteTops.set(obsoleteId(name), {
        page: page.name,
        role: ROLES[role] as Role,
        level,
        entries: page.entries.map(() => null),
        unsync: false,
        unsyncChildren: page.entries.map(() => false),
        obsolete: true,
        writeFloodingCount: 0,
      });
    }
  }

  /** Writes to the row what the work left in registers and root slots. */
  commit(): void {
    for (const vcpu of this.#vcpus) vcpu.commit();
  }

  /**
   * The shadow pages by name. An obsolete page that is a root has no place of its own: that there is one follows from
   * the root slots, and what was made below it goes with it before the guest runs.
   */
  #shadowView(pages: ReadonlyMap<string, ShadowPageView>): Shadow {
    const obsoleteTops = this.#obsoleteTops;
    const find = (id: string): ShadowPage | undefined => {
      const page = pages.get(id);
      if (page === undefined) return obsoleteTops.get(id);
      return page.exists() ? page : undefined;
    };
    return new Proxy({} as Shadow, {
      get: (_, id) => find(String(id)),
      has: (_, id) => find(String(id)) !== undefined,
      set: (_, id, sp: ShadowPage) => {
        const page = pages.get(String(id));
        if (page !== undefined) page.make(sp);
        else if (!obsoleteTops.has(String(id)))
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
