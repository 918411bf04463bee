import { useEffect, useRef } from 'preact/hooks';
import type { FleetRun } from '../../../contract/fleets.ts';
import { useResource } from '../../api/use-resource.ts';
import { announce } from '../../components/announcer.tsx';
import { Badge } from '../../components/badge.tsx';
import { Loaded } from '../../components/states.tsx';
import { View } from '../../components/view.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { paramOf } from '../../paths.ts';
import { useSession } from '../../session.ts';
import { statusMessages } from '../executions/status-badge.tsx';
import { failedIn } from './failed-devices.ts';
import { FleetStatus } from './fleet-status.tsx';
import { RunActions } from './run-actions.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunProgress } from './run-progress.tsx';
import { RunResults } from './run-results.tsx';
import { useSamples } from './use-samples.ts';
import { useTally } from './use-tally.ts';
import { fleetMessages, isGoingOn } from './words.ts';
import './fleets.css';

const messages = defineMessages({
  en: {
    title: 'Run of a fleet',
    ended: (status: string) => `The run has ended: ${status}`,
    failed: 'Why it has ended so',
    someFailed: (count: number, formatted: string) =>
      `The run has ended; ${count === 1 ? '1 device has' : `${formatted} devices have`} failed.`,
  },
  ja: {
    title: 'フリートの実行',
    ended: (status) => `実行が終了しました：${status}`,
    failed: '終了の理由',
    someFailed: (_, formatted) => `実行が終了しました。${formatted} 台のデバイスが失敗しています。`,
  },
});

/** What has ended changes only when it is redriven, from here or elsewhere. */
const SLOWER = 10;

/** `/fleets/:arn`: a run, as it goes, and what came of it. */
export function RunView({ params: { arn } }: { readonly params: { readonly arn: string } }) {
  const text = useMessages(messages);
  const { executions: statuses } = useMessages(statusMessages);
  const { pollMs } = useSession();
  const executionArn = paramOf(arn);
  const path = `/fleets/runs/${encodeURIComponent(executionArn)}`;
  const isOver = useRef(false);
  const run = useResource<FleetRun>(path, { everyMs: isOver.current ? SLOWER * pollMs : pollMs });
  isOver.current =
    run.data !== undefined && !isGoingOn(run.data.status) && run.data.mapRun?.isRunning !== true;
  const samples = useSamples(run.data);
  const reading = useTally(run.data);
  const { tally } = reading;
  const failedDevices = tally && failedIn(tally);
  useEffect(() => {
    if (failedDevices !== undefined && failedDevices > 0) {
      announce(text.someFailed(failedDevices, formatNumber(failedDevices)));
    }
  }, [failedDevices]);
  useEnd(run.data?.status, (status) => announce(text.ended(statuses[status])));
  const name = executionArn.split(':').at(-1) ?? '';
  return (
    <View
      title={name}
      lead={run.data === undefined ? text.title : <Kind run={run.data} failedDevices={failedDevices} />}
      actions={run.data && <RunActions run={run.data} tally={tally} onChange={run.reload} />}
    >
      <Loaded resource={run}>
        {(data) => (
          <>
            {data.error !== undefined && <Failure run={data} title={text.failed} />}
            <RunProgress run={data} samples={samples} failedDevices={failedDevices} />
            {data.kind !== 'stale' && !isGoingOn(data.status) && (
              <RunResults key={data.endedAt} run={data} reading={reading} />
            )}
            <RunFacts run={data} />
          </>
        )}
      </Loaded>
    </View>
  );
}

interface KindProps {
  readonly run: FleetRun;
  readonly failedDevices: number | undefined;
}

function Kind({ run, failedDevices }: KindProps) {
  const { kind, isDryRun } = run;
  const words = useMessages(fleetMessages);
  return (
    <>
      {words.kinds[kind]} {isDryRun && <Badge>{words.dryRun}</Badge>}{' '}
      <FleetStatus run={run} failedDevices={failedDevices} />
    </>
  );
}

function Failure({
  run: { error, cause, status },
  title,
}: {
  readonly run: FleetRun;
  readonly title: string;
}) {
  return (
    <div class={status === 'ABORTED' ? 'note note-refused' : 'note note-bad'}>
      <strong>{title}</strong>
      <p>
        <code>{error}</code> {cause}
      </p>
    </div>
  );
}

/** Says when a run that was seen to go on has ended. */
function useEnd(status: FleetRun['status'] | undefined, say: (status: FleetRun['status']) => void): void {
  const wasGoingOn = useRef(false);
  useEffect(() => {
    if (status === undefined) return;
    if (wasGoingOn.current && !isGoingOn(status)) say(status);
    wasGoingOn.current = isGoingOn(status);
  }, [status]);
}
