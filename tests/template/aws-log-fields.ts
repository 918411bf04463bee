/** The fields of the logs that AWS writes, as its documentation has them. Queries may name these, and those of ours. */

/** What every event has. https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html */
const EVENT = ['@timestamp', '@ingestionTime', '@message', '@log', '@logStream', '@entity'];

/**
 * Lambda's own lines in the JSON format.
 * https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
 */
const LAMBDA_PLATFORM = [
  'time',
  'type',
  'record.requestId',
  'record.version',
  'record.status',
  'record.errorType',
  'record.initializationType',
  'record.phase',
  'record.functionName',
  'record.functionVersion',
  'record.metrics.durationMs',
  'record.metrics.billedDurationMs',
  'record.metrics.memorySizeMB',
  'record.metrics.maxMemoryUsedMB',
  'record.metrics.initDurationMs',
];

/** https://docs.aws.amazon.com/iot/latest/developerguide/cwl-format.html */
const IOT = [
  'timestamp',
  'logLevel',
  'traceId',
  'accountId',
  'status',
  'eventType',
  'protocol',
  'topicName',
  'clientId',
  'principalId',
  'sourceIp',
  'sourcePort',
  'ruleName',
  'ruleAction',
  'reason',
  'details',
  'disconnectReason',
];

/**
 * An event of an execution's history; `details` are those of its type.
 * https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html
 */
const STEP_FUNCTIONS = [
  'id',
  'type',
  'previous_event_id',
  'event_timestamp',
  'execution_arn',
  'redrive_count',
  'details.error',
  'details.cause',
];

export const AWS_LOG_FIELDS: ReadonlySet<string> = new Set([
  ...EVENT,
  ...LAMBDA_PLATFORM,
  ...IOT,
  ...STEP_FUNCTIONS,
]);
