/** One metric of CloudWatch, as an alarm or a dashboard names it. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** `AWS/SQS ApproximateNumberOfMessagesVisible QueueName`: all that two metrics of one kind have in common. */
export const kindOf = ({ namespace, metricName, dimensions }: Metric): string =>
  [namespace, metricName, ...Object.keys(dimensions).sort()].join(' ');

/** What AWS sends to CloudWatch by itself, as far as we use it: a metric of its services, by exactly these dimensions. */
const DOCUMENTED = [
  {
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html',
    namespace: 'AWS/Lambda',
    dimensions: ['FunctionName'],
    metricNames: [
      'Invocations',
      'Errors',
      'Throttles',
      'DestinationDeliveryFailures',
      'Duration',
      'IteratorAge',
    ],
  },
  {
    source: 'https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html',
    namespace: 'AWS/States',
    dimensions: ['StateMachineArn'],
    metricNames: ['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut'],
  },
  {
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
    namespace: 'AWS/SQS',
    dimensions: ['QueueName'],
    metricNames: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'],
  },
  {
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html',
    namespace: 'AWS/DynamoDB',
    dimensions: ['TableName'],
    metricNames: [
      'ConsumedReadCapacityUnits',
      'ConsumedWriteCapacityUnits',
      'ReadThrottleEvents',
      'WriteThrottleEvents',
      'TimeToLiveDeletedItemCount',
      'TransactionConflict',
    ],
  },
] as const;

/** The {@link kindOf} every metric that AWS documents and we use. */
export const documentedKinds: ReadonlySet<string> = new Set(
  DOCUMENTED.flatMap(({ namespace, dimensions, metricNames }) =>
    metricNames.map((metricName) => [namespace, metricName, ...dimensions].join(' ')),
  ),
);

/** The metrics of a line in CloudWatch's embedded metric format. */
export function metricsOf(line: Readonly<Record<string, unknown>>): readonly Metric[] {
  const { CloudWatchMetrics: directives = [] } = Object(line['_aws']) as {
    CloudWatchMetrics?: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[];
  };
  return directives.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.map(({ Name: metricName }) => ({
        namespace,
        metricName,
        dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
      })),
    ),
  );
}
