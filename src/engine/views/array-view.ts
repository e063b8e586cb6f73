/** How an array view gets at its elements. */
export interface Elements<T> {
  readonly get: (index: number) => T;
  readonly set: (index: number, value: T) => void;
  /** Whether looking at an element records nothing. */
  readonly knows?: (index: number) => boolean;
}

/** The most elements that a view may have. */
const MOST = 64;

/**
 * An array whose elements are looked up and put where they are kept: it has none of its own, and its prototype gets at
 * them. So it has every method of an array, and is one for whatever asks, as `flatMap` does of what it is given: what a
 * recipe does with an array, it may do with this.
 */
class ArrayViewBase<T> extends Array<T> {
  /** What methods make of a view is no view. */
  static override get [Symbol.species]() {
    return Array;
  }

  readonly #elements: Elements<T>;

  constructor(length: number, elements: Elements<T>) {
    if (length > MOST) throw new RangeError(`a view of ${length} elements`);
    super(length);
    this.#elements = elements;
  }

  /** A callback that looks at no element has none looked up. */
  override map<U>(make: (value: T, index: number, all: T[]) => U): U[] {
    if (make.length > 0) return super.map(make);
    return Array.from({ length: this.length }, make as () => U);
  }

  /** Looks first where that records nothing. */
  override includes(value: T): boolean {
    const { knows, get } = this.#elements;
    const indexes = Array.from({ length: this.length }, (_, i) => i);
    const known = knows === undefined ? [] : indexes.filter(knows);
    if (known.some((i) => get(i) === value)) return true;
    return indexes.some((i) => !known.includes(i) && get(i) === value);
  }

  static element<U>(view: ArrayViewBase<U>, index: number): U | undefined {
    return index < view.length ? view.#elements.get(index) : undefined;
  }

  static put<U>(view: ArrayViewBase<U>, index: number, value: U): void {
    view.#elements.set(index, value);
  }
}

for (let index = 0; index < MOST; index++) {
  Object.defineProperty(ArrayViewBase.prototype, index, {
    get(this: ArrayViewBase<unknown>) {
      return ArrayViewBase.element(this, index);
    },
    set(this: ArrayViewBase<unknown>, value: unknown) {
      ArrayViewBase.put(this, index, value);
    },
  });
}

/** An array of so many elements that are kept elsewhere. */
export function arrayView<T>(length: number, elements: Elements<T>): T[] {
  return new ArrayViewBase(length, elements);
}
