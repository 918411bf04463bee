import type { ComponentType } from 'preact';
import { DeadLetters } from './views/dead-letters/dead-letters.tsx';
import { Device } from './views/device/device.tsx';
import { Devices } from './views/devices/devices.tsx';
import { Execution } from './views/executions/execution.tsx';
import { Executions } from './views/executions/executions.tsx';
import { StartExecution } from './views/executions/start-execution.tsx';
import { FleetList } from './views/fleets/fleet-list.tsx';
import { NewRun } from './views/fleets/new-run.tsx';
import { RunView } from './views/fleets/run-view.tsx';
import { FindStale } from './views/fleets/stale.tsx';
import { Laptop } from './views/laptop/laptop.tsx';
import { Overview } from './views/overview/overview.tsx';
import { Queries } from './views/queries/queries.tsx';
import { Query } from './views/queries/query.tsx';

interface PageRoute {
  /** As wouter has it: `/devices/:deviceId`. */
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a view takes follows from its path
  readonly view: ComponentType<any>;
  /** Only on the laptop. */
  readonly isLocalOnly?: true;
}

/** What is where. */
export const ROUTES: readonly PageRoute[] = [
  { path: '/', view: Overview },
  { path: '/devices', view: Devices },
  { path: '/devices/:deviceId', view: Device },
  { path: '/executions', view: Executions },
  { path: '/executions/new', view: StartExecution },
  { path: '/executions/:arn', view: Execution },
  { path: '/fleets', view: FleetList },
  { path: '/fleets/new', view: NewRun },
  { path: '/fleets/stale', view: FindStale },
  { path: '/fleets/:arn', view: RunView },
  { path: '/dead-letters', view: DeadLetters },
  { path: '/queries', view: Queries },
  { path: '/queries/:name', view: Query },
  { path: '/laptop', view: Laptop, isLocalOnly: true },
];
