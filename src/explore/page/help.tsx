import { helpShown, KEYS } from './keys.ts';

/** The keys, and how to read the picture. */
export function Help() {
  if (!helpShown.value) return null;
  return (
    <section class="help" aria-labelledby="help-heading">
      <div class="bar">
        <h2 id="help-heading">Keys, and how to read the picture</h2>
        <button
          type="button"
          onClick={() => {
            helpShown.value = false;
          }}
        >
          Close
        </button>
      </div>
      <dl class="keys">
        {KEYS.map(({ keys, doc }) => (
          <div key={doc}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key.replace('Arrow', 'Arrow ')}</kbd>
              ))}
            </dt>
            <dd>{doc}</dd>
          </div>
        ))}
      </dl>
      <ul class="legend">
        <li>
          The trace, a row a step. KVM: the function that took the event up, the requests that it raised, and
          framed the decisions that acted, which decided another way would have made another step. What a step
          changed is coloured.
        </li>
        <li>
          <span class="may">
            <span class="dot within">f1</span>
            <span class="dot unused">f2</span>
          </span>{' '}
          <span class="dot stale">! f3</span> Safety: the frame is what the guest may see under a CR3 value,
          its own TLB and its tables. Filled: the vTLB may show it. Outside the frame: the vTLB may show it
          and the guest may not, so it is stale.
        </li>
        <li>Names such as a@wp, a|0 and f1 say what they stand for when pointed at or reached by Tab.</li>
        <li>
          <span class="sample framed" /> The thick frame is the vTLB: what the guest can use without another
          sync or flush. While PCIDE=0 the cached roots are outside it.
        </li>
        <li>
          <span class="sample is-stale" /> Red with a ! is stale: neither could the guest's TLB hold it, nor
          do its tables give it. The step beside it is the one since which it is so.
        </li>
        <li>
          <span class="sample is-changed" /> A bar at the left: the last step changed it.
        </li>
        <li>stale if used: not stale only because its root is outside the vTLB.</li>
        <li>behind: the guest's entry says something else by now.</li>
        <li>unsync: the guest may store to the page without an exit, so the shadow may be older than it.</li>
        <li>marked: something below this entry may be unsync.</li>
        <li>
          Of an event: #GP, the processor refuses it; =, it changes nothing; !, it breaks a property that
          holds.
        </li>
      </ul>
    </section>
  );
}
