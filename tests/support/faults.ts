import type { DynamoDBClient, ServiceInputTypes } from '@aws-sdk/client-dynamodb';
import {
  InternalServerError,
  ThrottlingException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';

/** A call that is about to be made. */
export interface Call {
  /** Such as `TransactWriteItemsCommand`. */
  readonly commandName: string;
  readonly input: ServiceInputTypes;
}

/** `before`: the call is not made. `after`: it is made and has its effect, but its answer is lost. */
export interface Fault {
  readonly when: 'before' | 'after';
  readonly error: Error;
}

const metadata = { $metadata: { httpStatusCode: 400 } };

function itemsOf({ input }: Call): number {
  return 'TransactItems' in input ? (input.TransactItems?.length ?? 0) : 0;
}

/** A cancellation with one reason an item; `None` is said of items that were not to blame. */
export function cancelled(...codes: readonly string[]): Fault {
  const CancellationReasons = codes.map((Code) => ({ Code }));
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`;
  return {
    when: 'before',
    error: new TransactionCanceledException({ ...metadata, message, CancellationReasons }),
  };
}

/** What AWS says when another transaction has hold of an item: of the last item of a transaction. */
export function conflict(call: Call): Fault {
  const items = itemsOf(call);
  if (items > 0) return cancelled(...new Array(items - 1).fill('None'), 'TransactionConflict');
  const message = 'Transaction is ongoing for the item';
  return { when: 'before', error: new TransactionConflictException({ ...metadata, message }) };
}

/** The same beside a failed condition, which may tell of what another transaction is about to change. */
export function conflictBeside(call: Call): Fault {
  const items = itemsOf(call);
  if (items < 2) return conflict(call);
  return cancelled('ConditionalCheckFailed', ...new Array(items - 2).fill('None'), 'TransactionConflict');
}

export function throttled(): Fault {
  return { when: 'before', error: new ThrottlingException({ ...metadata, message: 'Rate exceeded' }) };
}

/** AWS fails by itself: nobody knows whether the call was done before it did. */
export function internalServerError(when: Fault['when']): Fault {
  const failed = { $metadata: { httpStatusCode: 500 }, message: 'Internal server error' };
  return { when, error: new InternalServerError(failed) };
}

/** The caller has waited for as long as it may, and gives the call up, which may have its effect yet. */
export function givenUp(when: Fault['when']): Fault {
  return { when, error: Object.assign(new Error('Request aborted'), { name: 'AbortError' }) };
}

/** The call is done, and the connection breaks before its answer comes. */
export function lostResponse(): Fault {
  const error = Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
  return { when: 'after', error };
}

/** The process ends before the call. */
export function crash(): Fault {
  return { when: 'before', error: Object.assign(new Error('The process ended.'), { name: 'Crash' }) };
}

/**
 * Makes a client fail as `decide` says, call by call. Faults arise below the SDK's own retries, where real ones do.
 */
export function injectFaults(client: DynamoDBClient, decide: (call: Call) => Fault | undefined): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const fault = decide({ commandName: String(context['commandName']), input: args.input });
      if (fault?.when === 'before') throw fault.error;
      const result = await next(args);
      if (fault !== undefined) throw fault.error;
      return result;
    },
    { step: 'deserialize', name: 'injectFaults', priority: 'high', override: true },
  );
}

/** The faults of a list, one a call that `isMeant`, then none. */
export function inTurn(
  faults: readonly ((call: Call) => Fault)[],
  isMeant: (call: Call) => boolean = () => true,
): (call: Call) => Fault | undefined {
  const rest = [...faults];
  return (call) => (isMeant(call) ? rest.shift()?.(call) : undefined);
}

export const isTransactWrite = ({ commandName }: Call): boolean =>
  commandName === 'TransactWriteItemsCommand';
