import { isObject, type JsonObject } from '../../template/template.ts';
import { RuleError } from '../rule-error.ts';
import type { ActionContext, ActionDefinition, CompiledAction } from './action.ts';
import { cloudwatchLogs } from './cloudwatch-logs.ts';
import { dynamoDB } from './dynamodb.ts';
import { dynamoDBv2 } from './dynamodb-v2.ts';
import { lambda } from './lambda.ts';
import { ActionProperties } from './properties.ts';
import { republish } from './republish.ts';
import { s3 } from './s3.ts';
import { sqs } from './sqs.ts';
import { stepFunctions } from './step-functions.ts';
import { templateName } from './template-names.ts';

/** The actions that are run, by the API's names. */
export const ACTIONS: Readonly<Record<string, ActionDefinition>> = {
  cloudwatchLogs,
  dynamoDB,
  dynamoDBv2,
  lambda,
  republish,
  s3,
  sqs,
  stepFunctions,
};

/** The actions that are not, and the service that each would need. */
export const REFUSED_ACTIONS: Readonly<Record<string, string>> = {
  cloudwatchAlarm: 'CloudWatch',
  cloudwatchMetric: 'CloudWatch',
  elasticsearch: 'Amazon OpenSearch Service',
  firehose: 'Amazon Data Firehose',
  http: 'topic rule destinations and a network',
  influxDB: 'Amazon Timestream for InfluxDB',
  iotAnalytics: 'AWS IoT Analytics',
  iotEvents: 'AWS IoT Events',
  iotSiteWise: 'AWS IoT SiteWise',
  kafka: 'topic rule destinations and Apache Kafka',
  kinesis: 'Amazon Kinesis Data Streams',
  location: 'Amazon Location Service',
  openSearch: 'Amazon OpenSearch Service',
  salesforce: 'Salesforce',
  timestream: 'Amazon Timestream',
};

/**
 * Compiles an action in the API's shape. Throws {@link RuleError} for an action, or a parameter of one, that is not
 * run here. https://docs.aws.amazon.com/iot/latest/apireference/API_Action.html
 */
export function compileAction(action: JsonObject, context: ActionContext): CompiledAction {
  const [entry, ...others] = Object.entries(action);
  const nameOf = context.isFromTemplate ? templateName : (name: string) => name;
  if (entry === undefined || others.length > 0) {
    throw new RuleError(`an action must have one key that names it; write { ${nameOf('lambda')}: { … } }`);
  }
  const [type, properties] = entry;
  const definition = Object.hasOwn(ACTIONS, type) ? ACTIONS[type] : undefined;
  if (definition === undefined) {
    const reason = Object.hasOwn(REFUSED_ACTIONS, type)
      ? `is not run here, as it would need ${REFUSED_ACTIONS[type]}`
      : 'is no action of AWS IoT';
    throw new RuleError(
      `${nameOf(type)} ${reason}; use ${Object.keys(ACTIONS).map(nameOf).join(', ')}, or leave the rule out locally`,
    );
  }
  if (!isObject(properties)) throw new RuleError(`${nameOf(type)} must be an object`);
  const { failedAction, resourceName, parameters, compile } = definition;
  return {
    failedAction,
    resourceName,
    prepare: compile(new ActionProperties(type, properties, parameters, context), context),
  };
}
