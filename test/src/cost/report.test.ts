import { describe, expect, it } from 'vitest';
import { KERNELS } from '../../../spec/kernels/named.ts';
import { costOf, groupCosts } from '../../../src/cost/cost.ts';
import type { Workload } from '../../../src/cost/workload.ts';
import { WORKLOADS } from '../../../src/cost/workloads.ts';
import { formatCosts } from '../../../src/report/cost.ts';
import { plotCosts } from '../../../src/report/cost-plot.ts';

const named = (...names: string[]) => WORKLOADS.filter(({ name }) => names.includes(name));
const groupsOf = (workloads: readonly Workload[]) =>
  groupCosts(
    workloads,
    workloads.flatMap((workload) =>
      (['v5.14', 'patch'] as const).map((name) => costOf({ name, kernel: KERNELS[name] }, workload, 240)),
    ),
  );

describe('groups', () => {
  it('workloads of one series that cost the same share a table', () => {
    const groups = groupsOf(named('switch-3', 'switch-4', 'switch-5', 'switch-6', 'switch-pcid-5'));
    expect(groups.map(({ workloads }) => workloads.map(({ name }) => name))).toEqual([
      ['switch-3', 'switch-4'],
      ['switch-5', 'switch-6'],
      ['switch-pcid-5'],
    ]);
  });

  it('are one below the other in the table', () => {
    expect(formatCosts(groupsOf(named('switch-3', 'switch-4', 'switch-5')), 240, 100)).toBe(
      `
cost per event, over 240 events of each workload

switch-3  3 processes in turn, without PCIDs; only switches
switch-4  4 processes in turn, without PCIDs; only switches
  kernel  exits  root loads  pages synced  hardware flushes  roots freed  remote flushes
  ------  -----  ----------  ------------  ----------------  -----------  --------------
  v5.14   1.000  1.000       0.000         1.000             1.000        0.000
  patch   1.000  0.000       0.000         1.000             0.000        0.000

switch-5  5 processes in turn, without PCIDs; only switches
  kernel  exits  root loads  pages synced  hardware flushes  roots freed  remote flushes
  ------  -----  ----------  ------------  ----------------  -----------  --------------
  v5.14   1.000  1.000       0.000         1.000             1.000        0.000
  patch   1.000  1.000       0.000         1.000             1.000        0.000
`.trim(),
    );
  });
});

describe('the plot', () => {
  const strange = named('switch-3').map((workload) => ({ ...workload, doc: `<b> & "quotes"` }));

  it('is XML in which every element ends, and has a title and a description', () => {
    const svg = plotCosts(groupsOf(named('switch-4', 'fork-exit')), 240);
    expect(elementsLeftOpen(svg)).toEqual([]);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).toContain('role="img" aria-labelledby="title desc"');
    expect(svg).toMatch(
      /<title id="title">.+<\/title>\n<desc id="desc">For v5\.14, patch on switch-4, fork-exit/,
    );
    expect(svg).toContain('prefers-color-scheme: dark');
  });

  it('escapes text', () => {
    const svg = plotCosts(groupsOf(strange), 240);
    expect(svg).toContain('&lt;b&gt; &amp; &quot;quotes&quot;');
    expect(svg).not.toContain('<b>');
    expect(elementsLeftOpen(svg)).toEqual([]);
  });

  it('draws a bar in proportion, none for nothing', () => {
    const svg = plotCosts(groupsOf(named('switch-4')), 240);
    const bars = [...svg.matchAll(/class="bar" x="\d+" y="\d+" width="([\d.]+)"/g)].map((found) => found[1]);
    expect(bars).toEqual(
      // exits, root loads, pages synced, hardware flushes, roots freed, remote flushes; v5.14, then patch
      ['80.0', '80.0', '0.0', '80.0', '80.0', '0.0', '80.0', '0.0', '0.0', '80.0', '0.0', '0.0'],
    );
  });
});

/** Reads a text as XML without comments; the names of the elements that do not end in their order. */
function elementsLeftOpen(xml: string): string[] {
  const open: string[] = [];
  const rest = xml.replace(
    /<(\/?)([a-z]+)((?:\s+[a-z:A-Z-]+="[^"<&]*")*)\s*(\/?)>/gs,
    (_, end, name, _attributes, empty) => {
      if (end) {
        if (open.at(-1) === name) open.pop();
        else open.push(`/${name}`);
      } else if (!empty) open.push(name);
      return '';
    },
  );
  if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(rest)) open.push('markup that is none');
  return open;
}
