import { WORK_NAMES, type WorkName } from '../../spec/state/work.ts';
import type { Cost, CostGroup } from '../cost/cost.ts';
import { perEvent, WORK_TITLES } from './cost.ts';

/** Pixels. */
const MARGIN = 16;
const LABEL = 90;
const COLUMN = 150;
const BAR = 80;
const ROW = 18;
const LINE = 16;
const GAP = 14;
const HEADER = 64;

const STYLE = `
svg { color-scheme: light dark; }
.paper { fill: #ffffff; } text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-size: 16px; font-weight: 600; } .column, .name { font-weight: 600; } .doc { fill: #59636e; }
.bar { fill: #0969da; } .track { fill: #eaeef2; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117; } text { fill: #e6edf3; } .doc { fill: #9198a1; }
  .bar { fill: #4493f8; } .track { fill: #262c36; }
}`;

/**
 * A plot of what an event costs, as SVG: a panel a group of workloads, a row a kernel, a bar a count. Bars of
 * one count have one scale in all panels; the number stands beside each.
 */
export function plotCosts(groups: readonly CostGroup[], events: number): string {
  const width = 2 * MARGIN + LABEL + WORK_NAMES.length * COLUMN;
  const greatest = (name: WorkName) =>
    Math.max(...groups.flatMap(({ costs }) => costs.map((cost) => cost[name] / cost.events)));
  const scales = new Map(WORK_NAMES.map((name) => [name, greatest(name)]));
  const body: string[] = [];
  let y = HEADER;
  for (const group of groups) {
    body.push(...panel(group, y, scales));
    y += heightOf(group);
  }
  const title = 'What each kernel does per event';
  const kernels = [...new Set(groups.flatMap(({ costs }) => costs.map(({ kernel }) => kernel)))].join(', ');
  const names = groups.flatMap(({ workloads }) => workloads.map(({ name }) => name)).join(', ');
  const counts = WORK_NAMES.map((name) => WORK_TITLES[name]).join(', ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}"`,
    ' role="img" aria-labelledby="title desc">',
    `<title id="title">${escapeXml(title)}</title>`,
    `<desc id="desc">${escapeXml(`For ${kernels} on ${names}, over ${events} events of each: ${counts} per event, as bars with the number beside each.`)}</desc>`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${width}" height="${y}"/>`,
    text(MARGIN, 26, 'title', `${title}, over ${events} events of each workload`),
    ...WORK_NAMES.map((name, i) => text(columnAt(i), 50, 'column', WORK_TITLES[name])),
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

function panel(
  { workloads, costs }: CostGroup,
  top: number,
  scales: ReadonlyMap<WorkName, number>,
): string[] {
  const headings = workloads.flatMap(({ name, doc }, i) => {
    const y = top + LINE * (i + 1);
    return [text(MARGIN, y, 'name', name), text(MARGIN + LABEL + 50, y, 'doc', doc)];
  });
  const first = top + LINE * workloads.length + 6;
  return [...headings, ...costs.flatMap((cost, i) => row(cost, first + ROW * i, scales))];
}

function row(cost: Cost, y: number, scales: ReadonlyMap<WorkName, number>): string[] {
  const bars = WORK_NAMES.flatMap((name, i) => {
    const scale = scales.get(name) ?? 0;
    const length = scale === 0 ? 0 : (BAR * cost[name]) / cost.events / scale;
    const x = columnAt(i);
    return [
      `<rect class="track" x="${x}" y="${y + 4}" width="${BAR}" height="11"/>`,
      `<rect class="bar" x="${x}" y="${y + 4}" width="${length.toFixed(1)}" height="11"/>`,
      text(x + BAR + 6, y + 14, 'value', perEvent(cost, name)),
    ];
  });
  return [text(MARGIN + 12, y + 14, 'kernel', cost.kernel), ...bars];
}

function heightOf({ workloads, costs }: CostGroup): number {
  return LINE * workloads.length + 6 + ROW * costs.length + GAP;
}

function columnAt(number: number): number {
  return MARGIN + LABEL + number * COLUMN;
}

function text(x: number, y: number, kind: string, content: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escapeXml(content)}</text>`;
}

function escapeXml(content: string): string {
  return content.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
