import { cloudFormationSupport } from '../cloudformation/support.ts';
import { ecrSupport } from '../ecr/support.ts';
import { dynamodbSupport } from '../engine/support.ts';
import { eventsSupport } from '../events/support.ts';
import { iotSupport } from '../iot/support.ts';
import { lambdaSupport } from '../lambda/support.ts';
import { logsSupport } from '../logs/support.ts';
import { mqttSupport } from '../mqtt/support.ts';
import { queuesSupport } from '../queues/support.ts';
import { ruleActionsSupport } from '../rules/actions/support.ts';
import { ruleSqlSupport } from '../rules/support.ts';
import { s3Support } from '../s3/support.ts';
import { snsSupport } from '../sns/support.ts';
import { sdkOperationNames } from '../states/integrations/sdk-services.ts';
import { integrationsSupport } from '../states/integrations/support.ts';
import { statesSupport } from '../states/support.ts';
import { mappingSupport } from '../streams/support.ts';
import { OTHER_OPERATIONS } from './operation-entries.ts';
import type { SupportChapter, SupportEntry } from './support.ts';

const OF_THE_ROOMS: readonly SupportChapter[] = [
  ...mqttSupport,
  ...iotSupport,
  ...ruleSqlSupport,
  ...ruleActionsSupport,
  ...statesSupport,
  ...integrationsSupport,
  ...lambdaSupport,
  ...mappingSupport,
  ...dynamodbSupport,
  ...queuesSupport,
  ...snsSupport,
  ...s3Support,
  ...eventsSupport,
  ...logsSupport,
  ...cloudFormationSupport,
  ...ecrSupport,
];

/** The operations of a service of the endpoint: all that AWS has. */
export interface ApiChapter extends SupportChapter {
  /** How those are refused that do not run. */
  readonly refusal: string;
  /** What the rooms say of the service besides its operations. */
  readonly others: readonly SupportEntry[];
}

function apiChapter(api: string, chapters: readonly SupportChapter[]): ApiChapter {
  const [first] = chapters;
  if (first === undefined) throw new Error(`No room has the operations of ${api}.`);
  const told = new Map(
    chapters.flatMap(({ entries }) => entries.map((entry) => [entry.name, entry] as const)),
  );
  const refusal = told.get(OTHER_OPERATIONS)?.note ?? '';
  told.delete(OTHER_OPERATIONS);
  const names = sdkOperationNames(api).toSorted();
  const entries = names.map((name): SupportEntry => told.get(name) ?? { name, status: 'refused' });
  for (const name of names) told.delete(name);
  return { ...first, api, entries, refusal, others: [...told.values()] };
}

const byApi = Map.groupBy(OF_THE_ROOMS, ({ api }) => api);

/** One a service that has an SDK client, by its operations. */
export const apiChapters: readonly ApiChapter[] = [...byApi].flatMap(([api, chapters]) =>
  api === undefined ? [] : [apiChapter(api, chapters)],
);

/** Everything else. */
export const otherChapters: readonly SupportChapter[] = byApi.get(undefined) ?? [];
