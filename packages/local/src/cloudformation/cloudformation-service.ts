import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService } from '../aws.ts';
import { parseQueryCall, queryResponse } from '../protocol/query.ts';
import { createChangeSet, deleteChangeSet, describeChangeSet, executeChangeSet } from './api/change-sets.ts';
import {
  describeStackEvents,
  describeStackResource,
  describeStackResources,
  describeStacks,
  getTemplate,
  listExports,
  listStackResources,
} from './api/describe.ts';
import { type ApiContext, inputOf, type Operation } from './api/input.ts';
import {
  createStack,
  deleteStack,
  setStackPolicy,
  updateStack,
  updateTerminationProtection,
} from './api/stacks.ts';
import { validateTemplate } from './api/templates.ts';

/** What CloudFormation answers here, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['CreateChangeSet', createChangeSet],
  ['CreateStack', createStack],
  ['DeleteChangeSet', deleteChangeSet],
  ['DeleteStack', deleteStack],
  ['DescribeChangeSet', describeChangeSet],
  ['DescribeStackEvents', describeStackEvents],
  ['DescribeStackResource', describeStackResource],
  ['DescribeStackResources', describeStackResources],
  ['DescribeStacks', describeStacks],
  ['ExecuteChangeSet', executeChangeSet],
  ['GetTemplate', getTemplate],
  ['ListExports', listExports],
  ['ListStackResources', listStackResources],
  ['SetStackPolicy', setStackPolicy],
  ['UpdateStack', updateStack],
  ['UpdateTerminationProtection', updateTerminationProtection],
  ['ValidateTemplate', validateTemplate],
]);

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
    const result = await operation(inputOf(call.members), context);
    return queryResponse(call, result, { namespace: NAMESPACE, requestId: randomUUID() });
  };
}
