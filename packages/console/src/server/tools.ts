import type { Clock } from '@device-lifecycle/operator/clock.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { Clients } from './clients.ts';
import type { LifecycleFeed } from './live/lifecycle-feed.ts';

/** What the console's routes work with. */
export interface ConsoleTools {
  readonly stack: Stack;
  readonly clients: Clients;
  readonly clock: Clock;
  readonly isReadOnly: boolean;
  /** Of the page's session: how often what changes is asked for. */
  readonly pollMs: number;
  readonly feed: LifecycleFeed;
  /** Aborted when the console ends. */
  readonly signal: AbortSignal;
}

export { isLocal } from './is-local.ts';
