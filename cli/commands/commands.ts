import type { Command } from '../command.ts';
import { discardCommand } from './dead-letters/discard.ts';
import { listCommand } from './dead-letters/list.ts';
import { redriveCommand } from './dead-letters/redrive.ts';
import { showCommand } from './dead-letters/show.ts';

/** All that devicectl can do, in the order of its help. */
export const commands: readonly Command[] = [listCommand, showCommand, redriveCommand, discardCommand];
