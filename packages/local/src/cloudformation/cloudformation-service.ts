import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService } from '../aws.ts';
import { parseQueryCall, queryResponse } from '../query-protocol.ts';
import type { ApiContext } from './api/context.ts';
import { Input } from './api/input.ts';
import { OPERATIONS } from './api/operations.ts';

const NAMESPACE = 'http://cloudformation.amazonaws.com/doc/2010-05-15/';

/** CloudFormation's API (signing name `cloudformation`). */
export function createCloudFormationApi(context: ApiContext): AwsService {
  return async (request) => {
    const call = parseQueryCall(request);
    const operation = OPERATIONS.get(call.action);
    if (operation === undefined) {
      throw new AwsError(
        'InvalidAction',
        `The laptop runtime does not run the operation ${call.action} of CloudFormation: it has ${[...OPERATIONS.keys()].join(', ')}.`,
      );
    }
    const result = await operation(new Input(call.members), context);
    return queryResponse(call, result, { namespace: NAMESPACE, requestId: randomUUID() });
  };
}
