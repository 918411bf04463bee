import type { SupportChapter, SupportEntry } from '../support/support.ts';
import { mappingOperations } from './api.ts';
import { MAPPING_MEMBERS } from './read-mapping.ts';

const GUIDE = 'https://docs.aws.amazon.com/lambda/latest/dg';

const { OF_ALL, OF_STREAMS, OF_QUEUES, WITHOUT_EFFECT } = MAPPING_MEMBERS;

const STREAM_LIMITS: Readonly<Record<string, string>> = {
  DestinationConfig: 'To SQS, SNS and S3.',
  EventSourceArn: 'Of a table of the endpoint.',
  FilterCriteria: 'Without encryption by keys.',
};

const QUEUE_LIMITS: Readonly<Record<string, string>> = {
  ScalingConfig: 'Five batches at a time where it is absent, with which AWS begins.',
};

const entriesOf = (
  names: readonly string[],
  limits: Readonly<Record<string, string>>,
): readonly SupportEntry[] =>
  names.map((name) => {
    if (name === 'TumblingWindowInSeconds') {
      return { name, status: 'refused', note: 'Functions are told of no windows.' };
    }
    const note = limits[name];
    return note === undefined ? { name, status: 'runs' } : { name, status: 'partly', note };
  });

const withoutEffect = WITHOUT_EFFECT.map(
  (name): SupportEntry => ({ name, status: 'partly', note: 'Taken, and without an effect.' }),
);

/** Event source mappings of Lambda. */
export const mappingSupport: readonly SupportChapter[] = [
  {
    title: 'Event source mappings: operations',
    source: `${GUIDE}/invocation-eventsourcemapping.html`,
    api: 'lambda',
    entries: Object.keys(mappingOperations).map((name) => ({ name, status: 'runs' })),
  },
  {
    title: 'Event source mappings: DynamoDB streams',
    source: `${GUIDE}/services-ddb-params.html`,
    entries: [
      ...entriesOf([...OF_ALL, ...OF_STREAMS], STREAM_LIMITS),
      ...withoutEffect,
      {
        name: 'Time between tries',
        status: 'unconfirmed',
        note: 'From a tenth of a second on, twice as long each time, ten seconds at most.',
      },
    ],
  },
  {
    title: 'Event source mappings: SQS queues',
    source: `${GUIDE}/services-sqs-parameters.html`,
    entries: [
      ...entriesOf([...OF_ALL, ...OF_QUEUES], QUEUE_LIMITS),
      ...withoutEffect,
      { name: 'ProvisionedPollerConfig', status: 'refused', note: 'Pollers need no provision here.' },
      {
        name: 'FIFO queues',
        status: 'partly',
        note: 'A batch has one message of a group, where AWS may give several.',
      },
      {
        name: 'Backing off',
        status: 'partly',
        note: 'A batch that fails comes again after the visibility timeout; there are no fewer at a time meanwhile.',
      },
    ],
  },
  {
    title: 'Event source mappings: other sources',
    source: `${GUIDE}/invocation-eventsourcemapping.html`,
    entries: ['Kinesis', 'Amazon MQ', 'Amazon MSK', 'Apache Kafka', 'DocumentDB'].map((name) => ({
      name,
      status: 'refused',
      note: 'The endpoint has no such service.',
    })),
  },
];
