import { formatEvent } from '../../trace/print.ts';
import { broken, failure, jump, jumpToBroken, link, notice } from './state.ts';

/** Where one stands in the trace, and the way back and forth; it stays in sight. */
export function StepBar() {
  const { step, events } = link.value;
  const event = events[step - 1];
  return (
    <div class="step-bar">
      <button
        type="button"
        aria-keyshortcuts="k u ArrowLeft"
        onClick={() => jump(step - 1)}
        disabled={step === 0}
      >
        Undo <kbd>k</kbd>
      </button>
      <button
        type="button"
        aria-keyshortcuts="j r ArrowRight"
        onClick={() => jump(step + 1)}
        disabled={step === events.length}
      >
        Redo <kbd>j</kbd>
      </button>
      {broken.value.length > 0 && (
        <button
          type="button"
          aria-keyshortcuts="n"
          onClick={() => jumpToBroken(1)}
          disabled={broken.value.every((at) => at <= step)}
        >
          Next broken <kbd>n</kbd>
        </button>
      )}
      <p>
        step {step} of {events.length} <code>{event === undefined ? 'start' : formatEvent(event)}</code>
      </p>
      {failure.value !== null && (
        <p class="notice" role="alert">
          {failure.value}
        </p>
      )}
      {notice.value !== '' && (
        <p class="notice" role="alert">
          {notice.value}
        </p>
      )}
    </div>
  );
}
