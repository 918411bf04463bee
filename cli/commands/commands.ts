import type { Command } from '../command.ts';
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

/** All that devicectl can do, in the order of its help. */
export const commands: readonly Command[] = [
  showDeviceCommand,
  decommissionDeviceCommand,
  restoreDeviceCommand,
  holdDeviceCommand,
  releaseDeviceCommand,
  purgeDeviceCommand,
  listCommand,
  showCommand,
  redriveCommand,
  discardCommand,
];
