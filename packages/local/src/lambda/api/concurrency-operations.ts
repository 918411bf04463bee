import type { Members } from '../../protocol/members.ts';
import {
  type ApiContext,
  type Call,
  functionOf,
  invalidParameter,
  NOTHING,
  type Operations,
} from './operation.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const ACCOUNT_CONCURRENCY = 1000;
const LEAST_UNRESERVED = 100;
const GIGABYTE = 1024 ** 3;
const MEGABYTE = 1024 ** 2;

function reservedBy(
  { registry }: ApiContext,
  isCounted: (functionName: string) => boolean = () => true,
): number {
  return registry.all
    .filter(({ definition }) => isCounted(definition.functionName))
    .reduce((sum, { definition }) => sum + (definition.reservedConcurrency ?? 0), 0);
}

function putConcurrency(call: Call & { readonly members: Members }, context: ApiContext): object {
  const { definition } = functionOf(call, context);
  call.members.allow('ReservedConcurrentExecutions');
  const range = { least: 0, most: Number.MAX_SAFE_INTEGER };
  const reservedConcurrency = call.members.optionalWhole('ReservedConcurrentExecutions', range);
  if (reservedConcurrency === undefined) throw invalidParameter('ReservedConcurrentExecutions is missing.');
  const ofOthers = reservedBy(context, (name) => name !== definition.functionName);
  if (ofOthers + reservedConcurrency > ACCOUNT_CONCURRENCY - LEAST_UNRESERVED) {
    throw invalidParameter(
      `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${LEAST_UNRESERVED}].`,
    );
  }
  context.registry.put({ ...definition, reservedConcurrency });
  return { ReservedConcurrentExecutions: reservedConcurrency };
}

function getConcurrency(call: Call, context: ApiContext): object {
  const { reservedConcurrency } = functionOf(call, context).definition;
  return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
}

function deleteConcurrency(call: Call, context: ApiContext): object {
  const { reservedConcurrency: _, ...definition } = functionOf(call, context).definition;
  context.registry.put(definition);
  return NOTHING;
}

function getAccountSettings(_: Call, context: ApiContext): object {
  const functions = context.registry.all.map(({ definition }) => definition.code?.codeSize ?? 0);
  return {
    AccountLimit: {
      TotalCodeSize: 75 * GIGABYTE,
      CodeSizeUnzipped: 250 * MEGABYTE,
      CodeSizeZipped: 50 * MEGABYTE,
      ConcurrentExecutions: ACCOUNT_CONCURRENCY,
      UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - reservedBy(context),
    },
    AccountUsage: {
      TotalCodeSize: functions.reduce((sum, size) => sum + size, 0),
      FunctionCount: functions.length,
    },
  };
}

export const concurrencyOperations: Operations = {
  PutFunctionConcurrency: {
    http: 'PUT /2017-10-31/functions/{FunctionName}/concurrency',
    answer: putConcurrency,
  },
  GetFunctionConcurrency: {
    http: 'GET /2019-09-30/functions/{FunctionName}/concurrency',
    answer: getConcurrency,
  },
  DeleteFunctionConcurrency: {
    http: 'DELETE /2017-10-31/functions/{FunctionName}/concurrency',
    status: 204,
    answer: deleteConcurrency,
  },
  GetAccountSettings: { http: 'GET /2016-08-19/account-settings', answer: getAccountSettings },
};
