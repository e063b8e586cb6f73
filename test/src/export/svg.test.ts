import { describe, expect, it } from 'vitest';
import { exportTrace } from '../../../src/export/formats.ts';
import { runTrace, type TraceRun } from '../../../src/export/trace-run.ts';
import { formatEvent } from '../../../src/trace/print.ts';
import { ALL_RUNS, type NamedRun, scenarioRun } from './runs.ts';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Reads XML without comments, instructions or CDATA; throws at whatever is not well formed. */
function parseXml(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const open = [root];
  let at = 0;
  for (const found of xml.matchAll(/<(\/?)([A-Za-z]+)((?: [A-Za-z:-]+="[^"<]*")*)(\/?)>/g)) {
    readText(open, xml.slice(at, found.index));
    at = found.index + found[0].length;
    const [, closes, name = '', attributes = '', empty] = found;
    if (closes) {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    const pairs = [...attributes.matchAll(/ ([^=]+)="([^"]*)"/g)].map(([, key, value]) => [
      key,
      unescapeXml(value),
    ]);
    if (new Set(pairs.map(([key]) => key)).size !== pairs.length)
      throw new Error(`<${name}> has an attribute twice`);
    const element: Element = { name, attributes: Object.fromEntries(pairs), children: [], text: '' };
    open.at(-1)?.children.push(element);
    if (!empty) open.push(element);
  }
  readText(open, xml.slice(at));
  const [svg, ...others] = root.children;
  if (open.length !== 1 || svg === undefined || others.length > 0) throw new Error('not one whole element');
  return svg;
}

function readText(open: readonly Element[], text: string): void {
  const element = open.at(-1) as Element;
  element.text += unescapeXml(text);
  if (open.length === 1 && text.trim() !== '') throw new Error(`text outside: ${text}`);
}

function unescapeXml(text = ''): string {
  if (/[<]|&(?!(?:amp|lt|gt|quot);)/.test(text)) throw new Error(`not escaped: ${text}`);
  return text.replace(/&(\w+);/g, (_, name) => ENTITIES[name] as string);
}

function* everyElement(element: Element): Generator<Element> {
  yield element;
  for (const child of element.children) yield* everyElement(child);
}

const SIZES = { title: 17, head: 13, small: 10.5 } as const;

/** Where the text of a drawing stands, a little narrower than fonts draw it. */
function textBoxes(svg: Element) {
  return [...everyElement(svg)]
    .filter(({ name }) => name === 'text')
    .map(({ attributes, text }) => {
      const size = SIZES[attributes.class as keyof typeof SIZES] ?? 12;
      const width = [...text].length * size * 0.6;
      const x = Number(attributes.x) - (attributes['text-anchor'] === 'middle' ? width / 2 : 0);
      const bottom = Number(attributes.y);
      return { text, left: x, right: x + width, top: bottom - size * 0.7, bottom };
    });
}

function draw(run: TraceRun): { svg: Element; xml: string; texts: string[] } {
  const xml = exportTrace('svg', run);
  const svg = parseXml(xml.trimEnd());
  return { svg, xml, texts: textBoxes(svg).map(({ text }) => text) };
}

describe('a trace as a drawing', () => {
  it.each(ALL_RUNS)('is well formed, small and self-contained for $name', ({ run }) => {
    const { svg, xml, texts } = draw(run);
    expect(xml.length).toBeLessThan(100_000);
    expect(svg.name).toBe('svg');
    expect(svg.attributes.xmlns).toBe('http://www.w3.org/2000/svg');
    const names = new Set([...everyElement(svg)].map(({ name }) => name));
    const known = ['svg', 'title', 'desc', 'style', 'defs', 'marker', 'path', 'rect', 'circle', 'text'];
    expect([...names].filter((name) => !known.includes(name))).toEqual([]);
    expect(xml.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(
      /href|@import|@font-face|https?:|url\((?!#vtlb)/,
    );
    expect(svg.children[0]?.name).toBe('title');
    expect(svg.children[1]?.name).toBe('desc');
    const events = run.replay.steps.map(({ event }) => formatEvent(event));
    const drawn = new Set(texts);
    expect(events.filter((event) => !drawn.has(event) || !svg.children[1]?.text.includes(event))).toEqual([]);
  });

  /** As wide and as high as it gets: every bound at its greatest, and old frames in all TLBs. */
  const LARGEST: NamedRun = {
    name: 'the largest layout',
    run: runTrace(
      {
        layout: 'kernel',
        kernel: 'v5.13',
        set: { pcideSet: 'nothing', pgeToggle: 'nothing', invlpg: 'sync' },
        bounds: { spaces: 8, userPages: 8, kernelPages: 8, frames: 8, vcpus: 4 },
      },
      [0, 1, 2, 3]
        .flatMap((cpu) =>
          [
            ...['u0', 'u7', 'k0', 'k7'].map((page) => `access ${page}`),
            'write-pte a:u0 f8 emulated',
            'write-pte a:k7 f7',
            'mov-cr3 h pcid=4095',
            ...['u0', 'u1', 'u2', 'u3', 'u4', 'u5', 'u6', 'u7', 'k0'].map((page) => `access ${page}`),
            'mov-cr3 a',
            'mov-cr4 pcide=1 pge=1 smep=1',
            'mov-cr3 h pcid=4095 noflush',
            'access k7',
            'mov-cr0 wp=0',
            'invpcid address pcid=4095 k7',
          ].map((event) => `cpu ${cpu}: ${event}`),
        )
        .join('\n'),
    ),
  };

  it.each([...ALL_RUNS, LARGEST])('has all text of $name inside, and none upon another', ({ run }) => {
    const { svg } = draw(run);
    const boxes = textBoxes(svg);
    const [width, height] = [Number(svg.attributes.width), Number(svg.attributes.height)];
    expect(boxes.filter((box) => box.left <= 0 || box.right >= width || box.bottom >= height)).toEqual([]);
    const inOrder = boxes.toSorted((one, other) => one.bottom - other.bottom);
    const upon = inOrder.flatMap((box, i) => {
      // No text is higher than the greatest size.
      const end = inOrder.findIndex(({ bottom }, j) => j > i && bottom >= box.bottom + SIZES.title);
      return inOrder
        .slice(i + 1, end < 0 ? undefined : end)
        .filter(({ left, right, top }) => box.left < right && left < box.right && top < box.bottom);
    });
    expect(upon).toEqual([]);
  });

  it('draws the first stale state, and says in words what is stale and since when', () => {
    const { texts, svg } = draw(scenarioRun('message-mov-cr3', { kernel: 'v5.13' }));
    expect(svg.children[0]?.text).toBe(
      'STALE: the guest can read a translation that its own TLB could not hold',
    );
    expect(texts).toContain('after step 7: mov-cr4 pcide=1');
    expect(texts.filter((text) => text === 'STALE since 7').length).toBe(2);
    expect(texts[texts.indexOf('b|0') - 1]).toBe('prev_roots[0]');
    expect(texts.slice(texts.indexOf('b|0')).slice(0, 5)).toEqual([
      'b|0',
      'b@wp',
      'u0 → f1',
      'STALE since 7',
      'unsync below',
    ]);
    expect(texts).toContain('CR4.PCIDE 1 *');
  });

  it('draws the last state where nothing is stale, with prev_roots outside the vTLB while PCIDE=0', () => {
    const { texts } = draw(scenarioRun('prev-roots-outside'));
    expect(texts).toContain('after step 7: access u0');
    expect(texts).toContain('outside the vTLB');
    expect(texts.some((text) => text.includes('STALE since'))).toBe(false);
  });

  it('draws the start of an empty trace, and every vCPU', () => {
    expect(draw(runTrace({}, '')).texts).toContain('the start');
    const { texts } = draw(runTrace({ layout: 'smp' }, 'cpu 1: mov-cr4 pcide=1'));
    expect(texts).toContain('cpu 0: registers');
    expect(texts).toContain('cpu 1: registers');
  });

  it('escapes what XML would read as its own', () => {
    const { texts, svg } = draw({ ...scenarioRun('message'), kernel: 'a&b <c> "d"\u0001.ts' });
    expect(texts.join('\n')).toContain('kernel a&b <c> "d"?.ts');
    expect(svg.children[1]?.text).toContain('a&b <c> "d"?.ts');
  });

  it.each(['<a>', '<a></b>', '<a x="1" x="2"/>', '<a>&</a>', '<a/><b/>', '<a x=1/>', '<a/>b', '<a><</a>'])(
    'is not taken for well formed by the reader of this test if it is %j',
    (xml) => {
      expect(() => parseXml(xml)).toThrow();
    },
  );
});
