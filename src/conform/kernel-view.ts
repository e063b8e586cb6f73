import type { Layout } from '../../spec/layouts/layout.ts';
import type { Observation, ObservedFlush } from './observation.ts';
import { listText, ofCpu, pageKey, pageText, rootsText, showsFloods, type View } from './view.ts';

/** What the kernel shows after an event. */
export function kernelView(layout: Layout, observation: Observation): View {
  const { outcome, read, vcpus, shadow, writable, flushes } = observation;
  const view = new Map<string, string>([['outcome', outcome]]);
  if (read !== null) view.set('read', read);
  vcpus.forEach(({ requests, root, prevRoots, hardwareCr3 }, cpu) => {
    view.set(ofCpu(layout, cpu, 'requests'), listText(requests));
    view.set(ofCpu(layout, cpu, 'root'), root ?? '-');
    view.set(ofCpu(layout, cpu, 'prev_roots'), rootsText(prevRoots));
    view.set(ofCpu(layout, cpu, 'hardware CR3'), hardwareCr3);
    for (const during of ['handler', 'entry'] as const) {
      view.set(ofCpu(layout, cpu, `hardware flush in ${during}`), flushText(flushes, cpu, during));
    }
  });
  for (const page of shadow) {
    const floods = showsFloods(layout, page.page) ? (page.floods[0] as number) : null;
    view.set(pageKey(page), pageText({ ...page, floods }));
  }
  return view.set('writable tables', listText([...writable].sort()));
}

function flushText(flushes: readonly ObservedFlush[], cpu: number, during: ObservedFlush['during']): string {
  const flushed = flushes
    .filter((flush) => flush.cpu === cpu && flush.during === during)
    .map(({ what }) => what);
  return flushed.includes('everything') ? 'everything' : listText([...new Set(flushed)].sort());
}
