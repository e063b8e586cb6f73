import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Picture } from '../../picture/picture.ts';

interface Line {
  /** The key of the entry that links. */
  readonly entry: string;
  readonly path: string;
  readonly isShadow: boolean;
}

interface ConnectorsProps {
  readonly field: RefObject<HTMLElement | null>;
  readonly picture: Picture;
  /** The key of the entry whose link is pointed at or has the focus. */
  readonly followed: string | null;
}

/** Lines from the entries that link to a page to that page, drawn behind the tables once these have their places. */
export function Connectors({ field, picture, followed }: ConnectorsProps) {
  const [lines, setLines] = useState<readonly Line[]>([]);
  useLayoutEffect(() => {
    const element = field.current;
    if (element === null) return;
    const measure = () => setLines(measureLines(element));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [field, picture]);
  return (
    <svg class="connectors" aria-hidden="true">
      {lines.map(({ entry, path, isShadow }) => (
        <path
          key={entry}
          d={path}
          class={`${isShadow ? 'shadow-line' : 'guest-line'}${entry === followed ? ' followed' : ''}`}
        />
      ))}
    </svg>
  );
}

function measureLines(field: HTMLElement): Line[] {
  const origin = field.getBoundingClientRect();
  const targets = new Map(
    [...field.querySelectorAll<HTMLElement>('[data-page]')].map((page) => [page.dataset.page, page]),
  );
  return [...field.querySelectorAll<HTMLElement>('[data-links]')].flatMap((cell) => {
    const target = targets.get(cell.dataset.links);
    if (target === undefined) return [];
    const from = boxOf(cell, origin);
    const to = boxOf(target, origin);
    const isShadow = cell.classList.contains('shadowed');
    const path =
      to.left >= from.right
        ? rightwards(from, to)
        : field.classList.contains('stacked')
          ? downwards(from, to)
          : around(from, to, isShadow ? origin.width : 0);
    return [{ entry: cell.dataset.entry as string, path, isShadow }];
  });
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where an element is, seen from a corner. */
function boxOf(element: HTMLElement, origin: DOMRect): Box {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  return {
    left: left - origin.left,
    right: right - origin.left,
    top: top - origin.top,
    bottom: bottom - origin.top,
  };
}

function rightwards(from: Box, to: Box): string {
  const [y, endY] = [(from.top + from.bottom) / 2, Math.min(to.top + 14, (to.top + to.bottom) / 2)];
  const bend = Math.max(18, (to.left - from.right) / 2);
  return curve([from.right - 4, y, from.right + bend, y, to.left - bend, endY, to.left, endY]);
}

function downwards(from: Box, to: Box): string {
  const [x, endX] = [(from.left + from.right) / 2, (to.left + to.right) / 2];
  const bend = Math.max(14, (to.top - from.bottom) / 2);
  return curve([x, from.bottom - 2, x, from.bottom + bend, endX, to.top - bend, endX, to.top]);
}

/** Along an edge of the field, where levels stand below each other because it is narrow: the guest's left, shadows' right. */
function around(from: Box, to: Box, edge: number): string {
  const side = edge === 0 ? 'left' : 'right';
  const [y, endY] = [(from.top + from.bottom) / 2, (to.top + to.bottom) / 2];
  return curve([from[side], y, edge, y, edge, endY, to[side], endY]);
}

/** A cubic Bezier curve through four points, given by their coordinates. */
function curve(coordinates: readonly number[]): string {
  const [x, y, ...rest] = coordinates.map(round);
  return `M${x} ${y}C${rest.join(' ')}`;
}

const round = (value: number) => Math.round(value * 10) / 10;
