import { BrokenLink } from './broken-link.tsx';
import { Controls } from './controls.tsx';
import { Events } from './events.tsx';
import { Help } from './help.tsx';
import { Invariant } from './invariant.tsx';
import { NeighbourhoodView } from './neighbourhood-view.tsx';
import { Properties } from './properties.tsx';
import { Search } from './search-panel.tsx';
import { link, linkError, said } from './state.ts';
import { States } from './states.tsx';
import { StepBar } from './step-bar.tsx';
import { ThisStep } from './this-step.tsx';
import { TimelineView } from './timeline-view.tsx';
import { Tip } from './tip.tsx';

/** The whole page. */
export function App() {
  if (linkError.value !== null) return <BrokenLink error={linkError.value} />;
  return (
    <>
      <button type="button" class="skip" onClick={skipToEvents}>
        Skip to the events
      </button>
      <header class="top">
        <h1>
          <span class="brand">vtlb</span> explore
        </h1>
        <Controls />
      </header>
      <main class={link.value.versus === null ? 'desk' : 'desk two'}>
        <StepBar />
        <TimelineView />
        <ThisStep />
        <div class="center">
          <States />
          <Properties />
          <Invariant />
        </div>
        <div class="side">
          <Events />
          <Search />
        </div>
        <NeighbourhoodView />
      </main>
      <Help />
      <Tip />
      <p class="unseen" role="status" aria-live="polite">
        {said.value}
      </p>
    </>
  );
}

function skipToEvents(): void {
  document.getElementById('events-heading')?.focus();
}
