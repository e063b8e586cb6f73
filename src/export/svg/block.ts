/**
 * A piece of a drawing that knows its size, so that others can be set beside and below it. Nothing measures
 * text: all of it is monospaced, and a character is taken to be as wide as the common fonts make it.
 */
export interface Block {
  readonly width: number;
  readonly height: number;
  /** The elements, from the block's upper left corner on. */
  readonly draw: (x: number, y: number) => string;
}

/** How text looks: a class of the style sheet, with its size. */
export type Tone = 'title' | 'head' | 'ink' | 'strong' | 'muted' | 'small' | 'stale' | 'warn';

const SIZES: Readonly<Record<Tone, number>> = {
  title: 17,
  head: 13,
  ink: 12,
  strong: 12,
  muted: 12,
  small: 10.5,
  stale: 12,
  warn: 12,
};

/** How a frame looks: a class of the style sheet. */
export type Frame = 'plain' | 'vtlb' | 'stale' | 'warn' | 'empty' | 'outside' | 'panel' | 'bare';

const INK: Readonly<Record<Tone, string>> = {
  title: '#1b1f24',
  head: '#1b1f24',
  ink: '#1b1f24',
  strong: '#1b1f24',
  muted: '#57606a',
  small: '#57606a',
  stale: '#b3121d',
  warn: '#7d4e00',
};

const BOLD: readonly Tone[] = ['title', 'head', 'strong', 'stale'];

const FRAMES: Readonly<Record<Frame, string>> = {
  plain: 'fill:#ffffff;stroke:#c4ccd5',
  vtlb: 'fill:#eef6ff;stroke:#0969da;stroke-width:1.5',
  stale: 'fill:#ffebe9;stroke:#b3121d;stroke-width:1.5',
  warn: 'fill:#fff8c5;stroke:#bf8700',
  empty: 'fill:#ffffff;stroke:#c4ccd5;stroke-dasharray:3 3',
  outside: 'fill:#f6f8fa;stroke:#8c959f;stroke-dasharray:4 3',
  panel: 'fill:#fbfcfd;stroke:#d8dee4',
  bare: 'fill:none;stroke:none',
};

/** The style sheet of every drawing. */
export const STYLE = [
  "text{font-family:ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre}",
  ...Object.entries(INK).map(
    ([tone, ink]) =>
      `.${tone}{fill:${ink};font-size:${SIZES[tone as Tone]}px${BOLD.includes(tone as Tone) ? ';font-weight:bold' : ''}}`,
  ),
  ...Object.entries(FRAMES).map(([frame, look]) => `.f-${frame}{${look}}`),
  '.wire{stroke:#57606a;stroke-width:1.2;fill:none}',
].join('\n');

/** Of a monospaced character, in units of the font size. */
const CHARACTER = 0.605;
const LINE = 1.45;

/** How many characters fit into a width. */
export function fitting(width: number, tone: Tone): number {
  return Math.floor(width / (SIZES[tone] * CHARACTER));
}

/** One line of text. */
export function text(content: string, tone: Tone = 'ink'): Block {
  const size = SIZES[tone];
  const height = Math.round(size * LINE);
  return {
    width: Math.ceil([...content].length * size * CHARACTER),
    height,
    draw: (x, y) =>
      `<text class="${tone}" x="${round(x)}" y="${round(y + height * 0.72)}">${escapeXml(content)}</text>`,
  };
}

/** Blocks below one another. */
export function column(blocks: readonly Block[], gap = 0): Block {
  const { width, height, places } = stack(blocks, gap, 'height', 'width');
  return {
    width: height,
    height: width,
    draw: (x, y) => blocks.map((b, i) => b.draw(x, y + (places[i] ?? 0))).join('\n'),
  };
}

/** Blocks beside one another, their tops in a line. */
export function row(blocks: readonly Block[], gap = 0): Block {
  const { width, height, places } = stack(blocks, gap, 'width', 'height');
  return { width, height, draw: (x, y) => blocks.map((b, i) => b.draw(x + (places[i] ?? 0), y)).join('\n') };
}

/** Places along one axis, and the extents along it and across. */
function stack(blocks: readonly Block[], gap: number, along: 'width' | 'height', across: 'width' | 'height') {
  let end = 0;
  const places = blocks.map((block, i) => {
    const place = end + (i === 0 ? 0 : gap);
    end = place + block[along];
    return place;
  });
  return { width: end, height: Math.max(0, ...blocks.map((block) => block[across])), places };
}

/** Blocks in rows, as many in each as fit. */
export function flow(blocks: readonly Block[], width: number, gap = 6): Block {
  const rows: Block[][] = [[]];
  let used = 0;
  for (const block of blocks) {
    if (used > 0 && used + gap + block.width > width) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1)?.push(block);
    used += (used > 0 ? gap : 0) + block.width;
  }
  return column(
    rows.map((each) => row(each, gap)),
    gap,
  );
}

/** A block in a frame, at least so wide and high. */
export function box(inside: Block, frame: Frame, padding = 6, least = { width: 0, height: 0 }): Block {
  const width = Math.max(least.width, inside.width + 2 * padding);
  const height = Math.max(least.height, inside.height + 2 * padding);
  return {
    width,
    height,
    draw: (x, y) =>
      `<rect class="f-${frame}" x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" rx="5"/>\n${inside.draw(x + padding, y + padding)}`,
  };
}

/** A block in at least so much room. */
export function padTo(block: Block, width: number): Block {
  return { ...block, width: Math.max(width, block.width) };
}

/** Text as XML takes it; what XML cannot have at all is shown as a question mark. */
export function escapeXml(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '?');
}

/** A coordinate in as few characters as show. */
export function round(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}
