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
 * An array whose elements are looked up and put where they are kept. It has every method of an array, as the
 * language defines them for whatever has a length and elements; so what a recipe does with an array, it may do with
 * this.
 */
class ArrayViewBase<T> {
  length: number;
  readonly #elements: Elements<T>;

  constructor(length: number, elements: Elements<T>) {
    if (length > MOST) throw new RangeError(`a view of ${length} elements`);
    this.length = length;
    this.#elements = elements;
    Object.defineProperty(this, 'length', { enumerable: false });
  }

  /** A callback that looks at no element has none looked up. */
  map<U>(make: (value: T, index: number, all: readonly T[]) => U): U[] {
    if (make.length > 0) return Array.prototype.map.call(this, make as never) as U[];
    return Array.from({ length: this.length }, make as () => U);
  }

  /** Looks first where that records nothing. */
  includes(value: T): boolean {
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

for (const name of Reflect.ownKeys(Array.prototype)) {
  const own = Object.hasOwn(ArrayViewBase.prototype, name);
  const method = Array.prototype[name as keyof typeof Array.prototype] as unknown;
  if (!own && typeof method === 'function')
    Object.defineProperty(ArrayViewBase.prototype, name, {
      value: method,
      writable: true,
      configurable: true,
    });
}
Object.defineProperty(ArrayViewBase.prototype, Symbol.isConcatSpreadable, { value: true });
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
  return new ArrayViewBase(length, elements) as unknown as T[];
}
