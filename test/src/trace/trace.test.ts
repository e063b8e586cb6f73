import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../../spec/events/event.ts';
import { buildLayout } from '../../../spec/layouts/build.ts';
import { LAYOUTS } from '../../../spec/layouts/named.ts';
import { arbitraryEvent } from '../../../src/testing/arbitrary-event.ts';
import { TraceError } from '../../../src/trace/error.ts';
import { parseTrace } from '../../../src/trace/parse.ts';
import { formatEvent } from '../../../src/trace/print.ts';

const minimal = buildLayout(LAYOUTS.minimal);
const deep = buildLayout(LAYOUTS.deep, { kernelPages: 1 });
const window = buildLayout(LAYOUTS.window);
const wide = buildLayout(LAYOUTS.kernel, { spaces: 3, userPages: 2, vcpus: 2 });

const eventsOf = (text: string, layout = wide): Event[] => parseTrace(text, layout).map(({ event }) => event);

describe('parseTrace', () => {
  it('reads one event of every form', () => {
    const text = [
      'access u0',
      'access k0',
      'write-pte c:u1 f2',
      'write-pte a:k0 none emulated',
      'mov-cr3 b',
      'mov-cr3 b pcid=1 noflush',
      'mov-cr4 pcide=1 pge=0',
      'mov-cr0 wp=0',
      'invlpg u1',
      'invpcid address pcid=1 u0',
      'invpcid single pcid=0',
      'invpcid all',
      'invpcid all-nonglobal',
      'host zap-all',
      'cpu 1: access u0',
    ];
    expect(eventsOf(text.join('\n')).map(formatEvent)).toEqual(text);
  });

  it('reads stores to directories where the layout has them', () => {
    const text = ['write-dir a:user b.u', 'write-dir b:kernel none', 'write-dir a:user b.u.dir'];
    expect(eventsOf(text.join('\n'), deep).map(formatEvent)).toEqual(text);
  });

  it('reads pages behind a window, and takes no store to them by their own name', () => {
    const text = ['access w0', 'invlpg w0', 'write-dir b:user none'];
    expect(eventsOf(text.join('\n'), window).map(formatEvent)).toEqual(text);
    expect(() => parseTrace('write-pte a:w0 f1', window)).toThrow('expected PAGE of u0');
  });

  it('reads what a nested hypervisor does', () => {
    const entries = ['', ' vpid=same', ' vpid=new'].flatMap((vpid) => [vpid, `${vpid} fails`]);
    const text = [...entries.map((rest) => `nested enter b${rest}`), 'nested exit a', 'nested invvpid'];
    expect(eventsOf(text.join('\n')).map(formatEvent)).toEqual(text);
    expect(() => parseTrace('nested enter b fails vpid=new', minimal)).toThrow('line 1, column 22');
    expect(() => parseTrace('nested enter b vpid=new fail', minimal)).toThrow(
      'expected that the entry fails',
    );
    expect(() => parseTrace('nested exit b fails', minimal)).toThrow(TraceError);
  });

  it('takes comments, empty lines, stray blanks and any line end', () => {
    const lines = parseTrace('# all of it\r\n\r\n  access   u0  # why\n\tinvlpg u0\rmov-cr3 a', minimal);
    expect(lines.map(({ line, event }) => `${line} ${formatEvent(event)}`)).toEqual([
      '3 access u0',
      '4 invlpg u0',
      '5 mov-cr3 a',
    ]);
  });

  it('takes pcid= and noflush in either order', () => {
    expect(eventsOf('mov-cr3 a noflush pcid=3')).toEqual(eventsOf('mov-cr3 a pcid=3 noflush'));
  });

  it.each([
    ['acces u0', 1, 1, 'an event (access, write-pte,'],
    ['access', 1, 7, 'a page (u0)'],
    ['access u7', 1, 8, 'a page (u0)'],
    ['access u0 now', 1, 11, 'the end of the line'],
    ['\naccess u0\n  invlpg k0', 3, 10, 'a page (u0)'],
    ['write-pte a.u0 f1', 1, 11, 'SPACE:PAGE'],
    ['write-pte a:u9 f1', 1, 13, 'PAGE of u0'],
    ['write-pte a: f1', 1, 13, 'PAGE of u0'],
    ['write-pte a:u0 f3', 1, 16, 'a frame (f1, f2, none)'],
    ['write-dir a:user none', 1, 1, 'an event of layout minimal'],
    ['mov-cr3 c', 1, 9, 'a space (a, b)'],
    ['mov-cr3 a pcid=4096', 1, 11, 'pcid=N with N from 0 to 4095'],
    ['mov-cr3 a pcid=x', 1, 11, 'pcid=N'],
    ['mov-cr3 a pcid=1 pcid=2', 1, 18, 'the end of the line'],
    ['mov-cr3 a noflush noflush', 1, 19, 'the end of the line'],
    ['mov-cr4', 1, 8, 'pcide=0|1'],
    ['mov-cr4 pcide=2', 1, 9, 'pcide=0|1'],
    ['mov-cr4 pge=1 pge=0', 1, 15, 'each at most once'],
    ['mov-cr0 wp=yes', 1, 9, 'a value for CR0.WP (wp=0, wp=1)'],
    ['invpcid none', 1, 9, 'an INVPCID type'],
    ['invpcid single', 1, 15, 'pcid=N'],
    [
      'host reboot',
      1,
      6,
      'an action of the host (zap-all, fail-entry, flush-guest, init, migrate, log-dirty)',
    ],
    ['cpu 1: access u0', 1, 5, 'a vCPU number and a colon (0: to 0:)'],
    ['cpu 0 access u0', 1, 5, 'a vCPU number and a colon'],
  ])('says of %j what was expected where', (text, line, column, expected) => {
    let caught: unknown;
    try {
      parseTrace(text, minimal);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(TraceError);
    expect(caught).toMatchObject({ line, column });
    expect((caught as TraceError).expected).toContain(expected);
    expect((caught as TraceError).message).toContain(`line ${line}, column ${column}: expected`);
  });

  it('never throws anything but its own error', () => {
    const word = fc.constantFrom(
      'access',
      'u0',
      'cpu',
      '0:',
      'mov-cr3',
      'pcid=',
      'a:',
      ':',
      'write-pte',
      '#',
      '\n',
      '=',
    );
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(word, fc.string())).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        try {
          parseTrace(text, wide);
        } catch (error) {
          expect(error).toBeInstanceOf(TraceError);
        }
      }),
      { numRuns: 5000 },
    );
  });
});

describe('formatEvent', () => {
  it.each([minimal, deep, wide, window])('is undone by parseTrace on $name', (layout) => {
    fc.assert(
      fc.property(fc.array(arbitraryEvent(layout)), (events) => {
        expect(eventsOf(events.map(formatEvent).join('\n'), layout)).toEqual(events);
      }),
      { numRuns: 1000 },
    );
  });
});
