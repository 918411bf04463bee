import { useEffect, useState } from 'preact/hooks';
import type {
  DeviceOperation,
  OperationProgress,
  OperationRequest,
  OperationStarted,
} from '../../../contract/device.ts';
import type { Problem } from '../../../contract/problem.ts';
import { send } from '../../api/client.ts';
import { useResource } from '../../api/use-resource.ts';
import { useSession } from '../../session.ts';

/** An operation that the operator starts for a device. */
export interface Operation {
  /** @throws ApiProblem */
  start(deviceId: string, operation: DeviceOperation, reason: string): Promise<void>;
  /** It has been started, and has not ended. */
  readonly isRunning: boolean;
  /** Why its execution has failed, or is not followed. */
  readonly problem: Problem | undefined;
}

/** Starts an execution, and follows it to its end. */
export function useOperation(): Operation {
  const { pollMs } = useSession();
  const [executionArn, setExecution] = useState<string>();
  const [isOver, setOver] = useState(false);
  const path = `/device-operations?executionArn=${encodeURIComponent(executionArn ?? '')}`;
  const { data, problem } = useResource<OperationProgress>(executionArn === undefined ? undefined : path, {
    everyMs: isOver ? undefined : pollMs,
  });
  useEffect(() => {
    if (data !== undefined && data.status !== 'RUNNING') setOver(true);
  }, [data]);
  const { failure } = data ?? {};
  return {
    async start(deviceId, operation, reason) {
      const body: OperationRequest = { operation, reason, requestId: crypto.randomUUID() };
      const path = `/devices/${encodeURIComponent(deviceId)}/operations`;
      const started = await send<OperationStarted>('POST', path, body);
      setOver(false);
      setExecution(started.executionArn);
    },
    isRunning: executionArn !== undefined && !isOver && problem === undefined,
    problem:
      failure === undefined ? problem : { kind: 'failed', message: `${failure.error}: ${failure.message}.` },
  };
}
