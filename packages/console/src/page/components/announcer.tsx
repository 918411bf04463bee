import { signal } from '@preact/signals';

const said = signal('');

/** Has screen readers say something that is only seen otherwise. */
export function announce(sentence: string): void {
  // The same sentence again is a new one only with a change in between.
  said.value = '';
  setTimeout(() => {
    said.value = sentence;
  }, 50);
}

export function Announcer() {
  return (
    <div class="for-screen-readers" aria-live="polite">
      {said.value}
    </div>
  );
}
