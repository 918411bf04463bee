import { useState } from 'preact/hooks';
import { useAction } from '../../api/use-action.ts';
import { Button } from '../../components/button.tsx';
import { Card } from '../../components/card.tsx';
import { Field } from '../../components/field.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { useNow } from '../../components/time.tsx';
import { formatDateTime, formatDuration } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { moveClock, offsetSeconds, useStackClock } from './stack-clock.tsx';

const messages = defineMessages({
  en: {
    title: 'Clock',
    ahead: (by: string) => `${by} ahead of this machine`,
    same: "this machine's time",
    lead: 'It moves forward only. What falls due then happens at once.',
    steps: { minute: '+1 minute', hour: '+1 hour', day: '+1 day', month: '+31 days' },
    days: 'Days to move by',
    move: 'Move',
  },
  ja: {
    title: '時計',
    ahead: (by: string) => `この端末より ${by}進んでいます`,
    same: 'この端末と同じ時刻',
    lead: '進めることだけができます。期限が来たものはすぐに処理されます。',
    steps: { minute: '+1 分', hour: '+1 時間', day: '+1 日', month: '+31 日' },
    days: '進める日数',
    move: '進める',
  },
});

const DAY_SECONDS = 86_400;
const MOVES = [
  ['minute', 60],
  ['hour', 3_600],
  ['day', DAY_SECONDS],
  ['month', 31 * DAY_SECONDS],
] as const;
/** As the server has it. */
const MAX_DAYS = 3_650;

/** The stack's time, and how to move it. `onMoved`: much may have happened. */
export function ClockCard({ onMoved }: { readonly onMoved: () => void }) {
  const text = useMessages(messages);
  const clock = useStackClock();
  const [days, setDays] = useState('7');
  const action = useAction(async (seconds: number) => {
    await moveClock(seconds);
    onMoved();
  });
  const unavailable = useReadOnlyReason();
  const isGood = Number(days) > 0 && Number(days) <= MAX_DAYS;
  return (
    <Card title={text.title}>
      <StackNow />
      <div class="actions">
        {MOVES.map(([name, seconds]) => (
          <Button
            key={name}
            unavailable={unavailable}
            isBusy={action.isRunning}
            onClick={() => void action.run(seconds)}
          >
            {text.steps[name]}
          </Button>
        ))}
      </div>
      <form
        class="form-row"
        onSubmit={(event) => {
          event.preventDefault();
          if (isGood && unavailable === undefined) void action.run(Number(days) * DAY_SECONDS);
        }}
      >
        <Field label={text.days}>
          {(attributes) => (
            <input
              {...attributes}
              inputMode="decimal"
              autoComplete="off"
              value={days}
              onInput={({ currentTarget }) => setDays(currentTarget.value)}
            />
          )}
        </Field>
        <Button type="submit" unavailable={unavailable} isBusy={action.isRunning} isDisabled={!isGood}>
          {text.move}
        </Button>
      </form>
      <p class="hint">{text.lead}</p>
      {action.problem !== undefined && <ProblemNote problem={action.problem} />}
      {clock.problem !== undefined && <ProblemNote problem={clock.problem} onRetry={clock.reload} />}
    </Card>
  );
}

function StackNow() {
  const text = useMessages(messages);
  const ahead = offsetSeconds.value;
  const now = useNow((ahead ?? 0) * 1_000);
  if (ahead === undefined) return null;
  return (
    <p>
      <strong class="laptop-now">{formatDateTime(now)}</strong>{' '}
      <span class="quiet">{ahead < 1 ? text.same : text.ahead(formatDuration(ahead))}</span>
    </p>
  );
}
