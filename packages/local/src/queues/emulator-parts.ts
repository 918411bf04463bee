import type { IncomingHttpHeaders } from 'node:http';
import { fauxqsPart } from '../fauxqs-parts.ts';
import { SQS_OPERATIONS } from './operations.ts';

/** The queues of fauxqs. */
export interface SqsStore {
  /** The Region of queues that are made by calls that say none. */
  region?: string;
  /** Ends long polls. */
  shutdown(): void;
}

/** What of a call the actions of fauxqs look at, besides its members. */
export interface EmulatedRequest {
  readonly headers: IncomingHttpHeaders;
}

export interface SqsError extends Error {
  readonly code: string;
  readonly statusCode: number;
  readonly queryErrorHeader: string;
  toJSON(): object;
}

/** Throws {@link SqsError}. */
type Action = (members: unknown, store: SqsStore, request: EmulatedRequest) => object | Promise<object>;

/** The parts of fauxqs that it does not export: with what it does comes a web server, which nobody needs for queues. */
export interface EmulatorParts {
  readonly SqsStore: new () => SqsStore;
  readonly SqsError: new (...args: never[]) => SqsError;
  readonly actions: ReadonlyMap<string, Action>;
  getCallerIdentity(): string;
}

/** Throws when this version of fauxqs no longer has them. */
export async function loadEmulatorParts(): Promise<EmulatorParts> {
  const [SqsStore, SqsError, getCallerIdentity, ...actions] = await Promise.all([
    fauxqsPart<EmulatorParts['SqsStore']>('sqs/sqsStore.js', 'SqsStore'),
    fauxqsPart<EmulatorParts['SqsError']>('common/errors.js', 'SqsError'),
    fauxqsPart<EmulatorParts['getCallerIdentity']>('sts/getCallerIdentity.js', 'getCallerIdentity'),
    ...SQS_OPERATIONS.map(loadAction),
  ]);
  return { SqsStore, SqsError, getCallerIdentity, actions: new Map(actions) };
}

async function loadAction(operation: string): Promise<readonly [string, Action]> {
  const name = operation.charAt(0).toLowerCase() + operation.slice(1);
  return [operation, await fauxqsPart<Action>(`sqs/actions/${name}.js`, name)];
}
