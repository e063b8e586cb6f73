import type { Core } from '../machine.ts';
import { set } from '../row/field.ts';
import { enterAll } from './enter.ts';
import { speculate } from './speculate.ts';

/**
 * The machine at the start: every vCPU in the first space with CR4 clear, every level-1 entry mapping the
 * first frame, upper entries as the layout has them; entered once.
 */
export function initial(m: Core): void {
  m.row.fill(0);
  set(m, m.layout.occupied, 1);
  for (const page of m.layout.guestPages) for (const entry of page.entries) set(m, entry, 1);
  for (const v of m.layout.vcpus) set(m, v.wp, 1);
  enterAll(m, 0);
  speculate(m);
}
