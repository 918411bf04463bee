import type { FleetTools } from '@device-lifecycle/operator/fleet/ports.ts';
import { createFleetTools } from '@device-lifecycle/operator/fleet/with-fleet.ts';
import type { StateMachineName } from '@device-lifecycle/operator/stack.ts';
import { executionArnOf } from '@device-lifecycle/operator/stack.ts';
import type { FleetKind } from '../../contract/fleets.ts';
import { ApiError } from '../api-error.ts';
import type { ConsoleTools } from '../tools.ts';

/** The machines that the view of fleets is about. */
export const MACHINES = {
  decommission: 'decommission-fleet',
  restore: 'restore-fleet',
  stale: 'propose-stale',
} as const satisfies Readonly<Record<FleetKind, StateMachineName>>;

export const KINDS = Object.keys(MACHINES) as readonly FleetKind[];

/** The tools of `devicectl fleet`, on the console's clients. Errors are those of the SDK. */
export interface FleetConnection {
  open(): Promise<FleetTools>;
  /** @throws ApiError for an execution of anything else */
  kindOf(executionArn: string): Promise<FleetKind>;
}

export function createFleetConnection({
  stack,
  clients,
}: Pick<ConsoleTools, 'stack' | 'clients'>): FleetConnection {
  const { s3, states, serviceQuotas } = clients;
  let tools: Promise<FleetTools> | undefined;
  const open = () =>
    createFleetTools({ s3, sfn: states, serviceQuotas }, stack).catch((error: unknown) => {
      tools = undefined;
      throw error;
    });
  return {
    open() {
      tools ??= open();
      return tools;
    },
    async kindOf(executionArn) {
      for (const kind of KINDS) {
        const beginning = executionArnOf(await stack.stateMachineArn(MACHINES[kind]), '');
        if (executionArn.startsWith(beginning)) return kind;
      }
      throw new ApiError('notFound', `${executionArn} is no run of a fleet of ${stack.where}.`);
    },
  };
}
