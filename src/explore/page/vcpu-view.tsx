import { keyOf } from '../../picture/keys.ts';
import type { SlotPicture, VcpuPicture } from '../../picture/picture.ts';
import { ChangedMark, classes, StaleMark } from './marks.tsx';
import { Term } from './term.tsx';
import { TlbColumns } from './tlbs-view.tsx';

interface VcpuViewProps {
  readonly vcpu: VcpuPicture;
  /** The keys of what the last step changed. */
  readonly changed: ReadonlySet<string>;
  readonly isOnly: boolean;
  /** What tells it from others on the page, to be put behind a name. */
  readonly whose: string;
}

/**
 * One vCPU: its registers, its roots in recency order and both TLBs. One thick frame runs around all that is
 * in the vTLB: the root and the hardware TLB, and the cached roots while PCIDE=1.
 */
export function VcpuView({ vcpu, changed, isOnly, whose }: VcpuViewProps) {
  const { cpu, slots, tags, pcide } = vcpu;
  const ours = isOnly ? whose : `, vCPU ${cpu}${whose}`;
  const [root, ...cached] = slots as [SlotPicture, ...SlotPicture[]];
  const card = (slot: SlotPicture) => (
    <RootCard key={slot.holder} slot={slot} isChanged={changed.has(slot.key)} />
  );
  return (
    <section class="vcpu" aria-label={`vCPU ${cpu}${whose}`}>
      {!isOnly && <h3 class="cpu">vCPU {cpu}</h3>}
      <Registers vcpu={vcpu} changed={changed} />
      <div class={pcide ? 'stage all-in' : 'stage'}>
        <section class="roots framed" aria-label={`in the vTLB${ours}`}>
          <p class="frame-name">vTLB</p>
          <ul class="slots">
            {card(root)}
            {pcide && cached.map(card)}
          </ul>
        </section>
        {!pcide && (
          <section class="outside" aria-label={`prev_roots, outside the vTLB because PCIDE=0${ours}`}>
            <p class="outside-name">outside the vTLB while PCIDE=0</p>
            <ul class="slots">{cached.map(card)}</ul>
          </section>
        )}
        <TlbColumns tags={tags} changed={changed} whose={ours} />
      </div>
      {vcpu.elsewhere
        .filter(({ entries }) => entries.length > 0)
        .map(({ name, entries }) => (
          <p key={name} class="elsewhere">
            The {name} may hold{' '}
            {entries.map(({ key, tag, page, frame }) => (
              <code key={key}>
                {tag}: {page} → {frame}
              </code>
            ))}
          </p>
        ))}
    </section>
  );
}

function Registers({ vcpu, changed }: Omit<VcpuViewProps, 'isOnly' | 'whose'>) {
  const { cpu, registers, hardwareCr3, requests, notes } = vcpu;
  return (
    <dl class="registers">
      {registers.map(({ key, name, value }) => (
        <Register
          key={key}
          name={name}
          value={value}
          isChanged={changed.has(key)}
          kind={value === '1' ? 'set' : ''}
        />
      ))}
      <Register
        name="hardware CR3"
        value={hardwareCr3 === null ? 'none' : `${hardwareCr3.page} pcid=${hardwareCr3.pcid}`}
        isChanged={changed.has(keyOf.ofVcpu(cpu, 'hardware CR3'))}
      />
      <Register
        name="pending requests"
        value={requests.join(', ') || 'none'}
        isChanged={changed.has(keyOf.ofVcpu(cpu, 'requests'))}
      />
      {notes.map(({ key, text }) => (
        <Register key={text} name="note" value={text} isChanged={changed.has(key)} />
      ))}
    </dl>
  );
}

interface RegisterProps {
  readonly name: string;
  readonly value: string;
  readonly isChanged: boolean;
  readonly kind?: string;
}

function Register({ name, value, isChanged, kind = '' }: RegisterProps) {
  return (
    <div class={classes(`register ${kind}`, isChanged)}>
      <dt>{name}</dt>
      <dd>
        {value}
        <ChangedMark isChanged={isChanged} />
      </dd>
    </div>
  );
}

function RootCard({ slot: { holder, root }, isChanged }: { slot: SlotPicture; isChanged: boolean }) {
  return (
    <li class={classes(root === null ? 'card empty' : 'card', isChanged, root?.stale)} data-holder={holder}>
      <p class="holder">{holder}</p>
      {root === null ? (
        <p class="cr3">empty</p>
      ) : (
        <>
          <p class="cr3">
            <Term name={root.cr3} />
          </p>
          <p class="page">
            <Term name={root.page} />
            {root.unsync && <span class="tag unsync">unsync below</span>}
            {root.obsolete && <span class="tag">obsolete</span>}
          </p>
          <ul class="translations">
            {root.translations.map(({ page, frame, stale, staleIfUsed }) => (
              <li key={page} class={classes('translation', false, stale)}>
                <span class="value">
                  <Term name={page} /> → <Term name={frame} />
                </span>
                {staleIfUsed && <span class="tag asleep">stale if used</span>}
              </li>
            ))}
            {root.translations.length === 0 && <li class="nothing">maps nothing</li>}
          </ul>
          <StaleMark stale={root.stale} />
        </>
      )}
      <ChangedMark isChanged={isChanged} />
    </li>
  );
}
