import { expect, it } from 'vitest';
import { copyMachine } from '../../../spec/schema/copy.ts';
import {
  access,
  invlpg,
  movCr0,
  movCr3,
  movCr4,
  on,
  scene,
  writePte,
  writeUserDir,
  zapAll,
} from '../helpers.ts';

const busy = () =>
  scene(
    { layout: 'deep', bounds: { kernelPages: 1 } },
    access('u0'),
    writePte('a:u0', 'f2'),
    movCr3('b'),
    access('k0'),
  );

it('a copy equals the machine', () => {
  const { machine } = busy();
  expect(copyMachine(machine)).toEqual(machine);
});

it('a copy of a page that is shadowed as a table is one too', () => {
  const { machine } = scene({ layout: 'window' }, access('w0'));
  expect(copyMachine(machine)).toStrictEqual(machine);
});

it('a copy has every field of the machine, pending requests and empty slots too', () => {
  const here = scene({ layout: 'smp' }, access('u0'), on(1, movCr3('b')));
  here.exit(zapAll);
  expect(copyMachine(here.machine)).toStrictEqual(here.machine);
});

it.each([
  ['write-pte', writePte('b:u0', 'f2')],
  ['write-dir', writeUserDir('b', null)],
  ['access', access('u0')],
  ['mov-cr3', movCr3('a')],
  ['mov-cr4', movCr4({ pcide: true, smep: true })],
  ['mov-cr0', movCr0(false)],
  ['invlpg', invlpg('u0')],
  ['host zap-all', zapAll],
])('%s on the original leaves the copy as it was', (_, event) => {
  const { machine, run } = busy();
  const copy = copyMachine(machine);
  const untouched = structuredClone(machine);
  run(event);
  expect(copy).toEqual(untouched);
});
