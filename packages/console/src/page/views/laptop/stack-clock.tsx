import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { ClockMove, LaptopClock } from '../../../contract/laptop.ts';
import { send } from '../../api/client.ts';
import { type Resource, useResource } from '../../api/use-resource.ts';
import { Badge } from '../../components/badge.tsx';
import { useNow } from '../../components/time.tsx';
import { formatDateTime, formatDuration } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';

const messages = defineMessages({
  en: {
    ahead: (by: string) => `The stack's clock was moved forward by ${by}`,
    stackTime: "the stack's time",
  },
  ja: { ahead: (by: string) => `スタックの時計は ${by}進んでいます`, stackTime: 'スタックの時刻' },
});

/** Somebody else can move it too, by a call of the runtime. */
const POLLS = 3;

/** By how much the stack's clock is ahead of the machine's, in seconds; `undefined` until it is known. */
export const offsetSeconds = signal<number | undefined>(undefined);

/** Moves the stack's clock forward. @throws ApiProblem */
export async function moveClock(advanceSeconds: number): Promise<LaptopClock> {
  const move: ClockMove = { advanceSeconds };
  const clock = await send<LaptopClock>('POST', '/laptop/clock', move);
  offsetSeconds.value = clock.offsetSeconds;
  return clock;
}

/** Keeps `offsetSeconds` true while the component is there. */
export function useStackClock(): Resource<LaptopClock> {
  const { pollMs } = useSession();
  const clock = useResource<LaptopClock>('/laptop/clock', { everyMs: pollMs * POLLS });
  useEffect(() => {
    if (clock.data !== undefined) offsetSeconds.value = clock.data.offsetSeconds;
  }, [clock.data]);
  return clock;
}

/** What time it is for the stack, where that is not what the machine's clock says. */
export function StackTime() {
  useStackClock();
  const ahead = offsetSeconds.value ?? 0;
  return ahead < 1 ? null : <AheadTime seconds={ahead} />;
}

function AheadTime({ seconds }: { readonly seconds: number }) {
  const text = useMessages(messages);
  const now = useNow(seconds * 1_000);
  return (
    <Badge tone="warn" title={text.ahead(formatDuration(seconds))}>
      <span class="for-screen-readers">{text.stackTime} </span>
      {formatDateTime(now)}
    </Badge>
  );
}
