import type { RefObject } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** The key of the entry in a field of tables whose link is pointed at or has the focus; null if none. */
export function useFollowed(field: RefObject<HTMLElement | null>): string | null {
  const [followed, setFollowed] = useState<string | null>(null);
  useEffect(() => {
    const element = field.current;
    if (element === null) return;
    const point = ({ target }: Event) => {
      const cell = target instanceof Element ? target.closest<HTMLElement>('[data-links]') : null;
      setFollowed(cell?.dataset.entry ?? null);
    };
    const leave = () => setFollowed(null);
    const listeners = [
      ['mouseover', point],
      ['focusin', point],
      ['mouseleave', leave],
      ['focusout', leave],
    ] as const;
    for (const [kind, listener] of listeners) element.addEventListener(kind, listener);
    return () => {
      for (const [kind, listener] of listeners) element.removeEventListener(kind, listener);
    };
  }, [field]);
  return followed;
}
