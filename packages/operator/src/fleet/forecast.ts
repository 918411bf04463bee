import { costOfStatePerDevice, countsOfCredentials, countsOfMove, countsOfPurge } from './counts.ts';
import { costOf } from './prices.ts';
import type { KnownQuotas } from './quotas.ts';
import type { Operation } from './start-run.ts';
import type { Tally } from './tally.ts';
import { type Pace, type PaceOptions, timeOfCredentials, timeOfMove } from './time.ts';

/** What a run over so many devices costs and takes. The JSON of it is a contract: see docs/operations.md. */
export interface Forecast {
  readonly devices: number;
  readonly certificates: number;
  readonly costUsd: {
    readonly move: number;
    /** Certificates and events, just after. */
    readonly credentials: number;
    /** What DynamoDB's TTL and AWS IoT do in the end; nothing of what comes back. */
    readonly purge: number;
    /** For comparison: a state machine with a function a state, for each device. */
    readonly statePerDevice: number;
  };
  readonly time: { readonly move: Pace; readonly credentials: Pace };
  /** Where the quotas come from that are not the account's own. */
  readonly notice?: string;
}

const WOULD = { decommission: 'wouldDecommission', restore: 'wouldRestore' } as const;

interface Forecasted {
  readonly devices: number;
  /** Of a dry run. */
  readonly tally?: Tally;
  /** Decommissioning, where none is named. */
  readonly operation?: Operation;
}

/** Those that would move are what costs; without a dry run all of them, with one certificate each. */
export function forecast(
  { devices, tally, operation = 'decommission' }: Forecasted,
  { quotas, notice }: KnownQuotas,
  options: PaceOptions,
): Forecast {
  const moving = tally === undefined ? devices : (tally.outcomes[WOULD[operation]] ?? 0);
  const shape = { devices: moving, certificates: tally?.certificates ?? moving };
  return {
    ...shape,
    costUsd: {
      move: costOf(countsOfMove(shape)).totalUsd,
      credentials: costOf(countsOfCredentials(shape)).totalUsd,
      purge: operation === 'restore' ? 0 : costOf(countsOfPurge(shape)).totalUsd,
      statePerDevice: costOfStatePerDevice(devices).totalUsd,
    },
    time: {
      move: timeOfMove({ devices }, quotas, options),
      credentials: timeOfCredentials(shape, quotas, options),
    },
    ...(notice !== undefined && { notice }),
  };
}
