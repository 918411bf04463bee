import { useState } from 'preact/hooks';
import { useLocation } from 'wouter-preact';
import type { FleetUpload, PlanLine } from '../../../contract/fleets.ts';
import { useResource } from '../../api/use-resource.ts';
import { useStream } from '../../api/use-stream.ts';
import { announce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Loaded } from '../../components/states.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { fleetPath } from '../../paths.ts';
import { useReadOnlyReason } from '../../read-only.ts';
import { ListCard } from './list-card.tsx';
import { PlanCard } from './plan-card.tsx';
import { firstTask, paceOf, problemsOf, requestOf } from './run-task.ts';
import { StartDialog } from './start-dialog.tsx';
import { TaskCard } from './task-card.tsx';

const messages = defineMessages({
  en: {
    plan: 'See the plan',
    planAgain: 'Plan again',
    planned: 'The plan is there.',
    start: 'Start…',
    restart: 'Another list',
    started: 'The run has been started.',
    goingOn: 'The same run was going on already.',
  },
  ja: {
    plan: '計画を確認',
    planAgain: '再計画',
    planned: '計画ができました。',
    start: '開始…',
    restart: '別の一覧',
    started: '実行を開始しました。',
    goingOn: '同じ実行がすでに進行中でした。',
  },
});

interface PrepareRunProps {
  readonly uploadId: string;
  readonly onRestart: () => void;
}

/** What is to be done with a list of devices: what is in it, what would happen, and the start. */
export function PrepareRun({ uploadId, onRestart }: PrepareRunProps) {
  const text = useMessages(messages);
  const upload = useResource<FleetUpload>(`/fleets/uploads/${uploadId}`);
  return (
    <>
      <Loaded resource={upload}>{(data) => <Prepare upload={data} onRestart={onRestart} />}</Loaded>
      {upload.data === undefined && upload.problem !== undefined && (
        <div class="actions">
          <Button onClick={onRestart}>{text.restart}</Button>
        </div>
      )}
    </>
  );
}

interface PrepareProps {
  readonly upload: FleetUpload;
  readonly onRestart: () => void;
}

function Prepare({ upload, onRestart }: PrepareProps) {
  const text = useMessages(messages);
  const [, navigate] = useLocation();
  const [task, setTask] = useState(() => firstTask(upload));
  const [isStarting, setIsStarting] = useState(false);
  const [isTried, setIsTried] = useState(false);
  const stream = useStream<PlanLine>();
  const problems = problemsOf(task, upload);
  const isGood = Object.keys(problems).length === 0;
  const unavailable = useReadOnlyReason();
  const plan = async () => {
    const { operation } = task;
    const last = await stream.run(`/fleets/uploads/${upload.id}/plan`, { operation, ...paceOf(task) });
    if (last !== undefined) announce(text.planned);
  };
  const hasPlan = stream.line !== undefined && 'plan' in stream.line;
  return (
    <>
      <ListCard upload={upload} onRestart={onRestart} />
      {upload.devices > 0 && (
        <>
          <TaskCard
            upload={upload}
            task={task}
            problems={isTried ? problems : {}}
            onTask={(changed) => {
              if (changed.operation !== task.operation) stream.reset();
              setTask(changed);
            }}
          />
          <PlanCard
            upload={upload}
            operation={task.operation}
            stream={stream}
            actions={
              <Button
                tone={hasPlan ? 'plain' : 'primary'}
                isBusy={stream.isRunning}
                unavailable={unavailable}
                onClick={() => void plan()}
              >
                {hasPlan ? text.planAgain : text.plan}
              </Button>
            }
          />
          <div class="actions">
            <Button
              tone={hasPlan ? 'primary' : 'plain'}
              unavailable={unavailable}
              onClick={() => {
                setIsTried(true);
                if (isGood) setIsStarting(true);
                else setTimeout(focusOnProblem);
              }}
            >
              {text.start}
            </Button>
          </div>
        </>
      )}
      {isStarting && (
        <StartDialog
          upload={upload}
          request={requestOf(task, upload)}
          isPlanned={hasPlan}
          onClose={() => setIsStarting(false)}
          onBegun={({ executionArn, isGoingOn }) => {
            announce(isGoingOn ? text.goingOn : text.started);
            navigate(fleetPath(executionArn));
          }}
        />
      )}
    </>
  );
}

/** Where somebody has to mend something first. */
function focusOnProblem(): void {
  const wrong = document.querySelector('main [aria-invalid="true"]');
  if (wrong instanceof HTMLElement) wrong.focus();
}
