import { setTimeout as delay } from 'node:timers/promises';
import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import { LostResponse } from '../endpoint/responses.ts';
import { iotOperationOf } from '../iot/iot-service.ts';
import { lambdaOperationOf } from '../lambda/api/lambda-api.ts';
import { iotDataOperationOf } from '../mqtt/iot-data-service.ts';
import { s3OperationOf } from '../s3/operations.ts';
import type { FaultPlan, Strike } from './fault-plan.ts';

const BY_PATH: ReadonlyMap<string, (request: AwsRequest) => string | undefined> = new Map([
  ['iot', iotOperationOf],
  ['iotdata', iotDataOperationOf],
  ['lambda', lambdaOperationOf],
  ['s3', s3OperationOf],
]);

/** AWS's name of the operation that a call is for; empty where it is for none that is known. */
export function operationName(request: AwsRequest): string {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') return target.slice(target.lastIndexOf('.') + 1);
  const byPath = BY_PATH.get(request.service);
  if (byPath !== undefined) return byPath(request) ?? '';
  // The query protocol, which SNS, STS and CloudFormation speak.
  return (
    new URLSearchParams(request.body.toString('utf8')).get('Action') ?? request.query.get('Action') ?? ''
  );
}

const SINGLE_WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem']);
const TRANSACTIONS = new Set(['TransactWriteItems', 'TransactGetItems']);

/** Whether DynamoDB can refuse an operation because a transaction is under way. */
const canConflict = (operation: string): boolean =>
  SINGLE_WRITES.has(operation) || TRANSACTIONS.has(operation);

/**
 * What DynamoDB answers when a transaction is under way with an item: for a transaction, the conflict is one item's,
 * chosen by `fraction`. Throws an {@link AwsError} for a single write.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
function transactionConflict(request: AwsRequest, operation: string, fraction: number): AwsResponse {
  if (SINGLE_WRITES.has(operation)) {
    throw new AwsError('TransactionConflictException', 'Transaction is ongoing for the item');
  }
  const count = Math.max(1, itemCount(request));
  const struck = Math.floor(fraction * count);
  const reasons = Array.from({ length: count }, (_, index) =>
    index === struck
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return {
    status: 400,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      CancellationReasons: reasons,
    }),
  };
}

/** None where the body is not a transaction's: the engine will say so. */
function itemCount({ body }: AwsRequest): number {
  try {
    const items: unknown = Object(JSON.parse(body.toString('utf8')))['TransactItems'];
    return Array.isArray(items) ? items.length : 0;
  } catch {
    return 0;
  }
}

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

/** Within how long of a call the engine is killed. */
const KILLED_WITHIN_MS = 20;

/** Calls of the table engine in which it is killed now and then, as the plan has it. */
export function withEngineFaults(service: AwsService, kill: () => void, plan: FaultPlan): AwsService {
  return async (request) => {
    const strike = plan.drawOne('engineCall', 'engine');
    if (strike !== undefined) {
      strike.tell();
      void delay(strike.fraction * KILLED_WITHIN_MS).then(kill);
    }
    return service(request);
  };
}
