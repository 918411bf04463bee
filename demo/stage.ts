import type { Claims } from './claims.ts';
import type { Device } from './device.ts';
import type { Operator } from './executions.ts';
import type { Factory, Identity } from './identity.ts';
import type { LogReader } from './logs.ts';
import type { RunningStack } from './stack.ts';
import type { TableReader } from './tables.ts';

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
