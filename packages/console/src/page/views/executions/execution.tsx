import './executions.css';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ExecutionDetails } from '../../../contract/executions.ts';
import { useResource } from '../../api/use-resource.ts';
import { announce } from '../../components/announcer.tsx';
import { Loaded } from '../../components/states.tsx';
import { View } from '../../components/view.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { paramOf } from '../../paths.ts';
import { useSession } from '../../session.ts';
import { DataCard } from './data-card.tsx';
import { ExecutionActions } from './execution-actions.tsx';
import { ExecutionFacts } from './execution-facts.tsx';
import { FailureNote } from './failure-note.tsx';
import { GraphCard } from './graph-card.tsx';
import { MapRunsCard } from './map-runs-card.tsx';
import { statusMessages } from './status-badge.tsx';
import { TimelineCard } from './timeline-card.tsx';

/** Polls between two looks at an execution that runs; each takes two calls of AWS's. */
const POLLS = 1.5;
/** AWS tells of a change a moment after it was asked for. */
const SETTLING_MS = 10_000;
/** After a failure; one that is not there may have been started a moment ago. */
const PATIENCE_MS = 5_000;

/** One execution: how it stands, where it is in its state machine, and what went in and came out. */
export function Execution({ params }: { readonly params: { readonly arn: string } }) {
  const arn = paramOf(params.arn);
  // One of its own, with none of the state of the one before.
  return <OneExecution key={arn} arn={arn} />;
}

function OneExecution({ arn }: { readonly arn: string }) {
  const path = `/executions/${encodeURIComponent(arn)}`;
  const { execution, onChanged } = useExecution(path);
  const { data } = execution;
  useAnnounced(data);
  return (
    <View
      title={arn.split(':').at(-1) ?? arn}
      lead={<span class="mono">{arn}</span>}
      {...(data !== undefined && {
        actions: <ExecutionActions execution={data} onChanged={onChanged} />,
      })}
    >
      <Loaded resource={execution}>
        {(known) => (
          <>
            <ExecutionFacts execution={known} />
            {known.failure !== undefined && <FailureNote failure={known.failure} execution={known} />}
            {known.mapRuns.length > 0 && <MapRunsCard execution={known} />}
            <div class="columns">
              <GraphCard path={`${path}/graph`} execution={known} />
              <div class="column">
                <TimelineCard execution={known} />
                <DataCard execution={known} />
              </div>
            </div>
          </>
        )}
      </Loaded>
    </View>
  );
}

/** Asks again until it has ended, and for a while after it was changed. */
function useExecution(path: string) {
  const { pollMs } = useSession();
  const [isFinal, setIsFinal] = useState(false);
  const [changes, setChanges] = useState(0);
  const [isSettling, setIsSettling] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  const paceMs = hasFailed ? PATIENCE_MS : pollMs * POLLS;
  const everyMs = isFinal && !isSettling ? undefined : paceMs;
  const execution = useResource<ExecutionDetails>(path, { everyMs });
  const { data, problem, reload } = execution;
  useEffect(() => {
    if (data !== undefined) setIsFinal(data.isFinal);
    setHasFailed(problem !== undefined);
  }, [data, problem]);
  useEffect(() => {
    if (changes === 0) return;
    reload();
    const timer = setTimeout(() => setIsSettling(false), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [changes, reload]);
  const onChanged = () => {
    setIsSettling(true);
    setChanges(changes + 1);
  };
  return { execution, onChanged };
}

function useAnnounced(data: ExecutionDetails | undefined): void {
  const text = useMessages(statusMessages);
  const before = useRef<string>();
  const status = data?.status;
  useEffect(() => {
    if (status !== undefined && before.current !== undefined) announce(text.executions[status]);
    before.current = status;
  }, [status]);
}
