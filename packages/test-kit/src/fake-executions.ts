import type { ExecutionStarter, ExecutionState } from '@device-lifecycle/operator/executions/ports.ts';
import { ACCOUNT_ID, REGION } from './tool.ts';

/** Executions in memory, which end as they are told to. */
interface FakeExecutions extends ExecutionStarter {
  readonly started: { readonly machine: string; readonly name: string; readonly input: object }[];
}

type End = Partial<ExecutionState>;

/** `ends`: what each look at the execution finds; the last one stays. */
export function createFakeExecutions(ends: readonly End[], lastEventType?: string): FakeExecutions {
  const started: FakeExecutions['started'] = [];
  const left = [...ends];
  return {
    started,
    async start(machine, name, input) {
      started.push({ machine, name, input });
      return `arn:aws:states:${REGION}:${ACCOUNT_ID}:execution:device-lifecycle-dev-${machine}:${name}`;
    },
    async describe(executionArn) {
      const end = left.length > 1 ? left.shift() : left[0];
      const name = executionArn.split(':').at(-1) ?? '';
      return { executionArn, name, status: 'RUNNING', startedAt: 0, ...end };
    },
    lastEventType: async () => lastEventType,
  };
}
