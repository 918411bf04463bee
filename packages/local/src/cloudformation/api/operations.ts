import {
  createChangeSet,
  deleteChangeSet,
  describeChangeSet,
  executeChangeSet,
  listChangeSets,
} from './change-set-operations.ts';
import type { Operation } from './context.ts';
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
} from './describe-operations.ts';
import {
  continueUpdateRollback,
  createStack,
  deleteStack,
  getStackPolicy,
  setStackPolicy,
  updateStack,
  updateTerminationProtection,
} from './stack-operations.ts';
import { getTemplateSummary, validateTemplate } from './template-operations.ts';

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
