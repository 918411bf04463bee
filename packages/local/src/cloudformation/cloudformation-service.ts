import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService } from '../aws.ts';
import { parseQueryCall, queryResponse } from '../protocol/query.ts';
import {
  createChangeSet,
  deleteChangeSet,
  describeChangeSet,
  executeChangeSet,
  listChangeSets,
} from './api/change-sets.ts';
import {
  describeStackEvents,
  describeStackResource,
  describeStackResources,
  describeStacks,
  getTemplate,
  listExports,
  listImports,
  listStackResources,
  listStacks,
} from './api/describe.ts';
import { type ApiContext, Input, type Operation } from './api/input.ts';
import {
  continueUpdateRollback,
  createStack,
  deleteStack,
  getStackPolicy,
  setStackPolicy,
  updateStack,
  updateTerminationProtection,
} from './api/stacks.ts';
import { getTemplateSummary, validateTemplate } from './api/templates.ts';

/** What CloudFormation answers here, by name. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['ContinueUpdateRollback', continueUpdateRollback],
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
  ['GetStackPolicy', getStackPolicy],
  ['GetTemplate', getTemplate],
  ['GetTemplateSummary', getTemplateSummary],
  ['ListChangeSets', listChangeSets],
  ['ListExports', listExports],
  ['ListImports', listImports],
  ['ListStackResources', listStackResources],
  ['ListStacks', listStacks],
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
    const result = await operation(new Input(call.members), context);
    return queryResponse(call, result, { namespace: NAMESPACE, requestId: randomUUID() });
  };
}
