import { operationEntries } from '../support/operation-entries.ts';
import type { SupportChapter } from '../support/support.ts';
import { IOT_OPERATIONS } from './iot-service.ts';

/** AWS IoT's control plane. */
export const iotSupport: readonly SupportChapter[] = [
  {
    title: 'AWS IoT control plane: operations',
    source: 'https://docs.aws.amazon.com/iot/latest/apireference/API_Operations_AWS_IoT.html',
    api: 'iot',
    entries: operationEntries(IOT_OPERATIONS, {}, 'UnknownOperationException, which names those that run.'),
  },
];
