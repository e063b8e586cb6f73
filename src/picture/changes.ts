import type { Layout } from '../../spec/layouts/layout.ts';
import { MACHINE, SHADOW_PAGE } from '../../spec/schema/schema.ts';
import type { Machine } from '../../spec/state/machine.ts';
import type { PageName } from '../../spec/state/names.ts';
import {
  blankShadowPage,
  obsoleteId,
  type Shadow,
  type ShadowPage,
  type ShadowPageId,
  shadowPageId,
} from '../../spec/state/shadow.ts';
import type { Vcpu } from '../../spec/state/vcpu.ts';
import { type At, type Told, walkFields } from './account.ts';
import { entryName, keyOf, tablesInOrder } from './keys.ts';
import type { Change } from './picture.ts';

/**
 * What differs between two machines of one layout, in short words: the vCPUs from the registers down, then the page
 * tables with their shadows. Every field of the state has its account, so that no difference is without a word.
 */
export function changesBetween(layout: Layout, before: Machine, after: Machine): Change[] {
  const { vcpus: _, memory, shadow: __, ...others } = MACHINE;
  const changes = [
    ...after.vcpus.flatMap((vcpu, cpu) => {
      const prefix = after.vcpus.length > 1 ? `cpu ${cpu}: ` : '';
      return vcpuChanges(before.vcpus[cpu] as Vcpu, vcpu, cpu).map(
        ({ keys, text }): Told => ({ keys, text: `${prefix}${text}` }),
      );
    }),
    ...Object.entries(after.memory).flatMap(([page, now]) => {
      const at = atPage(layout, page, now.level, now.entries, page, keyOf.table(page));
      return walkFields(memory.of, before.memory[page] as typeof now, now, at).map((told) => ({
        ...told,
        page,
      }));
    }),
    ...walkFields(others, before, after, NOWHERE),
    ...shadowChanges(layout, before.shadow, after.shadow),
  ];
  const order = tablesInOrder(after);
  const rank = ({ page }: Told) => (page === undefined ? -1 : order.indexOf(page));
  return changes.sort((one, other) => rank(one) - rank(other)).map(({ keys, text }) => ({ keys, text }));
}

/** Of a field that belongs to no vCPU and no page. */
const NOWHERE: At = { key: (called) => called };

function vcpuChanges(before: Vcpu, after: Vcpu, cpu: number): Told[] {
  const key = (called: string) => keyOf.ofVcpu(cpu, called);
  return walkFields(MACHINE.vcpus.of, before, after, { key, vcpu: { cpu, before, after } });
}

/** The place of a guest page's fields, or of those of a shadow page of it. */
function atPage(
  layout: Layout,
  page: PageName,
  level: number,
  entries: readonly unknown[],
  subject: string,
  key: string,
): At {
  return {
    subject,
    key: () => key,
    entries: entries.map((_, i) => ({
      key: keyOf.entry(key, i),
      name: `${subject} ${entryName(layout, page, level, i)}`,
    })),
  };
}

/** What differs in the shadow pages, those that were made and freed among them. */
function shadowChanges(layout: Layout, before: Shadow, after: Shadow): Told[] {
  const ids = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...ids].flatMap((id) => {
    const [old, now] = [before[id], after[id]];
    const { page } = (now ?? old) as ShadowPage;
    return lifeChanges(layout, before, after, id).map((told) => ({ ...told, page }));
  });
}

/** A page that is zapped while a root slot holds it goes on under another name. */
function lifeChanges(layout: Layout, before: Shadow, after: Shadow, id: ShadowPageId): Told[] {
  const [old, now] = [before[id], after[id]];
  const key = keyOf.shadow(id);
  const zapped = obsoleteId(id);
  const isZapped = old !== undefined && after[zapped] !== undefined && before[zapped] === undefined;
  const kept = isZapped ? undefined : old;
  const comesFromZap = now?.obsolete === true && before[shadowPageId(now)] !== undefined;
  const isMade = kept === undefined && now !== undefined && !comesFromZap;
  const life = [
    ...(isZapped ? [{ keys: [key, keyOf.shadow(zapped)], text: `${id} is zapped, still a root` }] : []),
    ...(kept !== undefined && now === undefined ? [{ keys: [key], text: `${id} is gone` }] : []),
    ...(isMade ? [{ keys: [key], text: `${id} is made` }] : []),
  ];
  if (now === undefined) return life;
  const from = kept ?? blankShadowPage(now, now.entries.length);
  const at = atPage(layout, now.page, now.level, now.entries, id, key);
  return [...life, ...walkFields(SHADOW_PAGE, from, now, at)];
}
