import type { World } from '../../../spec/world/world.ts';
import { REFUSED } from '../../checker/model.ts';
import type { FactLayout } from '../facts/fact-layout.ts';
import type { RowLayout } from '../rows/fields.ts';
import type { Composite } from './composite.ts';
import type { Judge } from './judge.ts';
import { type KvmDone, KvmEffects, type KvmOnRows } from './kvm-on-rows.ts';
import { noteOfRequest } from './notes.ts';
import { NO_END, Stepper } from './stepper.ts';

/**
 * The same machine with another KVM than that of the recipes: of handlers only what the processor does is carried out
 * by them, and of entries nothing.
 */
export class CodeStepper extends Stepper {
  private readonly kvm: KvmOnRows;
  private readonly kvmEffects: KvmEffects;
  /** What became of the event that was carried out last. */
  private came: KvmDone = { at: 0, told: null };

  constructor(
    world: World,
    rows: RowLayout,
    facts: FactLayout | null,
    judge: Judge,
    cases: Judge | null,
    kvm: KvmOnRows,
  ) {
    super(world, rows, facts, judge, cases);
    this.kvm = kvm;
    this.kvmEffects = new KvmEffects(world, rows, facts);
  }

  protected override expandApart(
    states: Int32Array,
    from: number,
    count: number,
    wanted: number,
    targets: Int32Array,
    masks: Int32Array,
  ): void {
    const { events, factWords, fills } = this;
    const stride = this.rows.words + factWords;
    for (let s = 0, at = from, place = 0; s < count; s++, at += stride) {
      if (factWords > 0) fills.fill(states, at);
      for (let event = 0; event < events; event++, place++)
        masks[place] = this.take(states, at, event, wanted, targets, place * stride);
      if (factWords > 0) fills.close(states, at);
    }
  }

  /** It has no end too where KVM gives #GP and the architecture does not, or the reverse. */
  protected override carryOut(states: Int32Array, at: number, event: number): number {
    const { kvm, kvmEffects, tables } = this;
    const { row, facts, cpuOf } = tables;
    const refused = this.handle(states, event, at);
    this.came = kvm.step(states, at, event);
    const { told } = this.came;
    if (told === null || told.refused !== refused) return NO_END;
    if (refused) return REFUSED;
    kvmEffects.apply(kvm, this.came, row, facts);
    for (const mask of told.raised) this.noteRequests(mask);
    return told.raised[cpuOf[event] as number] as number;
  }

  protected override addTo(composite: Composite): void {
    this.kvmEffects.addTo(composite, this.kvm, this.came);
  }

  private noteRequests(mask: number): void {
    const { noted } = this.stages;
    for (let left = mask; left !== 0; left &= left - 1) {
      const note = noteOfRequest(31 - Math.clz32(left & -left));
      (noted[note >>> 5] as number) |= 1 << (note & 31);
    }
  }
}
