import type { Device } from '@device-lifecycle/test-kit/laptop/device.ts';
import type { Operator } from '@device-lifecycle/test-kit/laptop/executions.ts';
import type { Factory, Identity } from '@device-lifecycle/test-kit/laptop/identity.ts';
import type { LogReader } from '@device-lifecycle/test-kit/laptop/logs.ts';
import type { RunningStack } from '@device-lifecycle/test-kit/laptop/stack.ts';
import type { TableReader } from '@device-lifecycle/test-kit/laptop/tables.ts';
import type { Claims } from './claims.ts';

/** What the story is played with. */
export interface Stage {
  readonly stack: RunningStack;
  readonly operator: Operator;
  readonly reader: TableReader;
  readonly logs: LogReader;
  readonly factory: Factory;
  connect(identity: Identity): Promise<Device>;
  say(line?: string): void;
  readonly claim: Claims['claim'];
}
