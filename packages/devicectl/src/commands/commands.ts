import type { Command } from '../command.ts';
import { createCompletionCommand } from './completion.ts';
import { consoleCommand } from './console.ts';
import { discardCommand } from './dead-letters/discard.ts';
import { listCommand } from './dead-letters/list.ts';
import { redriveCommand } from './dead-letters/redrive.ts';
import { showCommand } from './dead-letters/show.ts';
import { decommissionDeviceCommand } from './device/decommission.ts';
import { holdDeviceCommand } from './device/hold.ts';
import { purgeDeviceCommand } from './device/purge.ts';
import { releaseDeviceCommand } from './device/release.ts';
import { restoreDeviceCommand } from './device/restore.ts';
import { showDeviceCommand } from './device/show.ts';
import { listExecutionsCommand } from './executions/list.ts';
import { showExecutionCommand } from './executions/show.ts';
import { adjustFleetCommand } from './fleet/adjust.ts';
import { decommissionFleetCommand } from './fleet/decommission.ts';
import { planFleetCommand } from './fleet/plan.ts';
import { redriveFleetCommand } from './fleet/redrive.ts';
import { restoreFleetCommand } from './fleet/restore.ts';
import { retryFleetCommand } from './fleet/retry.ts';
import { stopFleetCommand } from './fleet/stop.ts';
import { watchFleetCommand } from './fleet/watch.ts';
import { logsCommand } from './logs.ts';
import { staleCommand } from './stale.ts';

/** All that devicectl can do, in the order of its help. */
export const commands: readonly Command[] = [
  showDeviceCommand,
  decommissionDeviceCommand,
  restoreDeviceCommand,
  holdDeviceCommand,
  releaseDeviceCommand,
  purgeDeviceCommand,
  planFleetCommand,
  decommissionFleetCommand,
  watchFleetCommand,
  adjustFleetCommand,
  stopFleetCommand,
  redriveFleetCommand,
  retryFleetCommand,
  restoreFleetCommand,
  staleCommand,
  listCommand,
  showCommand,
  redriveCommand,
  discardCommand,
  listExecutionsCommand,
  showExecutionCommand,
  logsCommand,
  consoleCommand,
  createCompletionCommand(() => commands),
];
