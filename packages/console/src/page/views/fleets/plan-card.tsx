import type { ComponentChildren } from 'preact';
import { Link } from 'wouter-preact';
import type {
  FleetOperation,
  FleetPlan,
  FleetProgress,
  FleetUpload,
  PlanLine,
} from '../../../contract/fleets.ts';
import type { Stream } from '../../api/use-stream.ts';
import { Card } from '../../components/card.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetPath } from '../../paths.ts';
import { statusMessages } from '../executions/status-badge.tsx';
import { FailuresByName } from './failures-by-name.tsx';
import { FleetBar } from './fleet-bar.tsx';
import { Forecast } from './forecast.tsx';
import { Outcomes } from './outcomes.tsx';

const messages = defineMessages({
  en: {
    title: 'Plan',
    notLooked:
      'No device was looked up yet. The plan looks each of them up in a dry run, which changes nothing.',
    phases: { Uploading: 'Uploading the list', 'Looking up': 'Looking up the devices' } as Readonly<
      Record<string, string>
    >,
    ended: (status: string) => `The dry run has ended: ${status}`,
    dryRun: 'The dry run in full',
  },
  ja: {
    title: '計画',
    notLooked: 'デバイスはまだ照会していません。計画では、何も変更しないドライランで 1 台ずつ照会します。',
    phases: { Uploading: '一覧をアップロード中', 'Looking up': 'デバイスを照会中' },
    ended: (status) => `ドライランが終了しました：${status}`,
    dryRun: 'ドライランの詳細',
  },
});

interface PlanCardProps {
  readonly upload: FleetUpload;
  readonly operation: FleetOperation;
  readonly stream: Stream<PlanLine>;
  readonly actions: ComponentChildren;
}

/** What would happen, what it costs and how long it takes. */
export function PlanCard({ upload, operation, stream, actions }: PlanCardProps) {
  const text = useMessages(messages);
  const { line, isRunning, problem } = stream;
  const plan = line !== undefined && 'plan' in line ? line.plan : undefined;
  return (
    <Card title={text.title} actions={actions}>
      {isRunning && line !== undefined && 'progress' in line && <Progress progress={line.progress} />}
      {problem !== undefined && <ProblemNote problem={problem} />}
      {plan === undefined && !isRunning && <p class="quiet">{text.notLooked}</p>}
      {plan !== undefined && <Planned plan={plan} />}
      <Forecast forecast={plan?.forecast ?? upload.forecast} operation={operation} />
    </Card>
  );
}

function Progress({ progress: { phase, done, failed = 0, total } }: { readonly progress: FleetProgress }) {
  const text = useMessages(messages);
  const name = text.phases[phase] ?? phase;
  return (
    <>
      <p>{name}</p>
      {total === undefined ? (
        <progress class="progress" aria-label={name} />
      ) : (
        <FleetBar label={name} counts={{ done, failed, total }} />
      )}
    </>
  );
}

function Planned({ plan: { status, error, cause, tally, executionArn } }: { readonly plan: FleetPlan }) {
  const { executions: statuses } = useMessages(statusMessages);
  const text = useMessages(messages);
  return (
    <>
      {status !== 'SUCCEEDED' && (
        <div class="note note-bad" role="alert">
          <strong>{text.ended(statuses[status])}</strong>
          <p>{[error, cause].filter((part) => part !== undefined).join(': ')}</p>
        </div>
      )}
      {tally !== undefined && <Outcomes tally={tally} />}
      {tally !== undefined && tally.failures.length > 0 && <FailuresByName failures={tally.failures} />}
      <p>
        <Link href={fleetPath(executionArn)}>{text.dryRun}</Link>
      </p>
    </>
  );
}
