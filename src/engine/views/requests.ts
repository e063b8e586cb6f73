import { REQUESTS, type Request } from '../../../spec/state/requests.ts';
import { type Field, partOf } from '../rows/field.ts';
import { EngineError } from './engine-error.ts';
import type { Cells } from './recorder.ts';

/** What asks where in an array something is, or changes it by that. */
const BY_PLACE: readonly (string | symbol)[] = [
  ...['shift', 'pop', 'unshift', 'sort', 'reverse', 'fill', 'copyWithin'],
  ...['findIndex', 'findLastIndex', 'lastIndexOf'],
];

/**
 * Pending requests, bits of a word, as an array in the order of their service. It is a set: what `indexOf` gives of a
 * request is of use for `splice` alone.
 */
export function requestsView(cells: Cells, field: Field, raised: (request: number) => void): Request[] {
  const bits = REQUESTS.map((name, i) => partOf(field, name, i, 1));
  const numberOf = (request: Request) => REQUESTS.indexOf(request);
  const isPending = (i: number) => cells.read(bits[i] as Field) === 1;
  const put = (i: number, pending: boolean) => cells.write(bits[i] as Field, pending ? 1 : 0);
  const all = () => REQUESTS.filter((_, i) => isPending(i));
  const view = {
    get length() {
      const [known, unknown] = [true, false].map((is) => bits.filter((bit) => cells.knows(bit) === is));
      const first = [...(known ?? []), ...(unknown ?? [])].find((bit) => cells.read(bit) === 1);
      return first === undefined ? 0 : all().length;
    },
    includes: (request: Request) => isPending(numberOf(request)),
    indexOf: (request: Request) => (isPending(numberOf(request)) ? numberOf(request) : -1),
    push: (...requests: Request[]) => {
      for (const number of requests.map(numberOf)) {
        put(number, true);
        raised(number);
      }
      return 0;
    },
    splice: (from: number, count: number, ...others: Request[]) => {
      if (count !== 1 || others.length > 0 || !isPending(from)) throw byPlace('splice');
      put(from, false);
      return [REQUESTS[from]];
    },
  };
  return new Proxy(view, {
    get: (target, name) => {
      if (name in target) return Reflect.get(target, name) as unknown;
      if (BY_PLACE.includes(name)) throw byPlace(String(name));
      // Whatever else there is to ask of an array is asked of one.
      const value = Reflect.get(all(), name) as unknown;
      return typeof value === 'function' ? value.bind(all()) : value;
    },
    set: (_, name, value) => {
      if (name !== 'length' || value !== 0) throw byPlace(String(name));
      for (const number of REQUESTS.keys()) put(number, false);
      return true;
    },
  }) as unknown as Request[];
}

function byPlace(what: string): EngineError {
  return new EngineError(`requests.${what}: there is no place for an order of pending requests`);
}
