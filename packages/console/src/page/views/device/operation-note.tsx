import { useEffect, useRef } from 'preact/hooks';
import type { OperationProgress, OperationRequest, OperationStarted } from '../../../contract/device.ts';
import { send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { useResource } from '../../api/use-resource.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { ExecutionLink } from '../../components/links.tsx';
import { ProblemNote } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { adviceFor, pollsOf } from './operations.ts';
import { outcomeMessages } from './outcome-messages.ts';
import { stepMessages } from './step-messages.ts';

/** What was asked for, and the execution that does it. */
export interface StartedRequest {
  readonly deviceId: string;
  readonly request: OperationRequest;
  readonly executionArn: string;
}

interface OperationNoteProps {
  readonly started: StartedRequest;
  /** The same request was started again. */
  readonly onStarted: (started: StartedRequest) => void;
  readonly onEnd: () => void;
  readonly onClose: () => void;
}

/** Follows an execution to its end, and says what came of it. */
export function OperationNote({ started, onStarted, onEnd, onClose }: OperationNoteProps) {
  const text = useMessages(outcomeMessages);
  const steps = useMessages(stepMessages);
  const { pollMs } = useSession();
  const { deviceId, request, executionArn } = started;
  const path = `/device-operations?executionArn=${encodeURIComponent(executionArn)}`;
  const polls = useRef(pollsOf(undefined));
  const everyMs = polls.current === undefined ? undefined : polls.current * pollMs;
  const resource = useResource<OperationProgress>(path, { everyMs });
  const { data } = resource;
  polls.current = pollsOf(data?.status);
  const isOver = data !== undefined && data.status !== 'RUNNING';
  useEffect(() => {
    if (!isOver) return;
    onEnd();
    announce(sentenceOf(text, data));
    // One that waits for its time is over for now, and ends later.
  }, [data?.status]);
  const again = useAction(async () => {
    const path = `/devices/${encodeURIComponent(deviceId)}/operations`;
    const { executionArn } = await send<OperationStarted>('POST', path, request);
    onStarted({ deviceId, request, executionArn });
  });
  const isToRepeat = data?.failure !== undefined && adviceFor(data.failure) === 'again';
  return (
    <section class={`note ${toneOf(data)}`} aria-label={steps.operations[request.operation]}>
      <strong>{sentenceOf(text, data)}</strong>
      {data !== undefined && <Details progress={data} request={request} />}
      {resource.problem !== undefined && (
        <ProblemNote problem={resource.problem} onRetry={resource.reload}>
          {text.notFollowed}
        </ProblemNote>
      )}
      {again.problem !== undefined && <ProblemNote problem={again.problem} />}
      <p class="quiet">
        {text.execution} <ExecutionLink executionArn={executionArn} />
      </p>
      <div class="actions">
        {isToRepeat && (
          <Button isBusy={again.isRunning} onClick={() => void again.run()}>
            {text.again}
          </Button>
        )}
        <Button onClick={onClose}>{text.close}</Button>
      </div>
    </section>
  );
}

function toneOf(progress: OperationProgress | undefined): string {
  return progress?.failure === undefined ? 'note-info' : 'note-bad';
}

type Text = (typeof outcomeMessages)['en'];

function sentenceOf(text: Text, progress: OperationProgress | undefined): string {
  if (progress === undefined || progress.status === 'RUNNING') return text.running;
  if (progress.status === 'SCHEDULED') return text.scheduled;
  const { output, failure } = progress;
  if (output !== undefined) return text.outcomes[output.outcome] ?? output.outcome;
  return failure?.isOpen === true ? text.open : text.failed;
}

interface DetailsProps {
  readonly progress: OperationProgress;
  readonly request: OperationRequest;
}

function Details({ progress: { status, output, failure }, request }: DetailsProps) {
  const text = useMessages(outcomeMessages);
  const { notBeforeMs } = request;
  return (
    <>
      {status === 'SCHEDULED' && notBeforeMs !== undefined && (
        <p>
          {text.waitsUntil} <Time at={notBeforeMs} />
        </p>
      )}
      {output?.ttl !== undefined && (
        <p>
          {text.until} <Time at={output.ttl * 1_000} />
        </p>
      )}
      {(output?.credentials === 'pending' || output?.remains === 'pending') && <p>{text.pending}</p>}
      {failure !== undefined && (
        <>
          <p>
            <code>{failure.error}</code>: {failure.message}.
          </p>
          <p>{text.advice[adviceFor(failure)]}</p>
        </>
      )}
    </>
  );
}
