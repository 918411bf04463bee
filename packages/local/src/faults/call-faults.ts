import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import { LostResponse } from '../endpoint/lost-response.ts';
import type { FaultPlan, Strike } from './fault-plan.ts';
import { operationName } from './operation-name.ts';
import { canConflict, transactionConflict } from './transaction-conflict.ts';

/** A service whose calls are held, refused, or not answered, as the plan has it. Throws `AwsError`, `LostResponse`. */
export function withCallFaults(service: AwsService, plan: FaultPlan): AwsService {
  return async (request) => {
    const operation = operationName(request);
    const strikes = plan
      .draw('call', `${request.service}:${operation}`)
      .filter(({ fault }) =>
        fault.kind === 'error' && fault.code === 'TransactionConflict' ? canConflict(operation) : true,
      );
    for (const strike of strikes) await hold(strike);
    const strike = strikes.find(({ fault }) => fault.kind !== 'delay');
    if (strike === undefined) return service(request);
    strike.tell();
    if (strike.fault.kind === 'error') return refuse(strike, request, operation);
    // Nobody will hear what came of it, be it an error.
    const response = await service(request).catch(() => undefined);
    response?.stream?.destroy();
    throw new LostResponse(`The response to ${operation} is lost, as it was asked for.`);
  };
}

async function hold({ fault, tell }: Strike): Promise<void> {
  if (fault.kind !== 'delay') return;
  tell();
  await delay(fault.ms);
}

function refuse({ fault, fraction }: Strike, request: AwsRequest, operation: string): AwsResponse {
  if (fault.kind !== 'error') throw new Error(`${fault.kind} refuses no call.`);
  const { code, status } = fault;
  if (code === 'TransactionConflict') return transactionConflict(request, operation, fraction);
  throw new AwsError(
    code,
    'A fault that was asked for: the call was not made.',
    statusOf(request, code, status),
  );
}

/** AWS IoT's data plane throttles with a status of its own. */
function statusOf({ service }: AwsRequest, code: string, status: number): number {
  return service === 'iotdata' && code === 'ThrottlingException' ? 429 : status;
}
