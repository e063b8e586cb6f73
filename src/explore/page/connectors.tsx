import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Picture } from '../../picture/picture.ts';

interface Line {
  readonly path: string;
  readonly isShadow: boolean;
}

/** Lines from the entries that link to a page to that page, drawn behind the tables once these have their places. */
export function Connectors({ field, picture }: { field: RefObject<HTMLElement | null>; picture: Picture }) {
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
      {lines.map(({ path, isShadow }) => (
        <path key={path} d={path} class={isShadow ? 'shadow-line' : 'guest-line'} />
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
    const from = cell.getBoundingClientRect();
    const to = target.getBoundingClientRect();
    // Levels that stand below each other, on a narrow screen, need no lines.
    if (to.left < from.right) return [];
    const [x, y] = [from.right - origin.left - 4, from.top + from.height / 2 - origin.top];
    const [endX, endY] = [to.left - origin.left, to.top + Math.min(14, to.height / 2) - origin.top];
    const bend = Math.max(18, (endX - x) / 2);
    const path = `M${round(x)} ${round(y)}C${round(x + bend)} ${round(y)} ${round(endX - bend)} ${round(endY)} ${round(endX)} ${round(endY)}`;
    return [{ path, isShadow: cell.classList.contains('shadowed') }];
  });
}

const round = (value: number) => Math.round(value * 10) / 10;
