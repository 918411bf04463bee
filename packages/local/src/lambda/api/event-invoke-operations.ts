import type { Members } from '../../protocol/members.ts';
import { type AsynchronousSettings, type FunctionDefinition, LATEST } from '../definition.ts';
import type { LiveFunction } from '../live-function.ts';
import { type ApiContext, type Call, functionOf, NOTHING, notFound, type Operations } from './operation.ts';

type MembersCall = Call & { readonly members: Members };

/** What of the configuration a call gives. */
function readSettings(members: Members): Partial<AsynchronousSettings> {
  members.allow('DestinationConfig', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts');
  const maximumRetryAttempts = members.optionalWhole('MaximumRetryAttempts', { least: 0, most: 2 });
  const maximumEventAgeSeconds = members.optionalWhole('MaximumEventAgeInSeconds', {
    least: 60,
    most: 21_600,
  });
  const destinations = members.optionalObject('DestinationConfig');
  destinations?.allow('OnFailure', 'OnSuccess');
  return {
    ...(maximumRetryAttempts === undefined ? {} : { maximumRetryAttempts }),
    ...(maximumEventAgeSeconds === undefined ? {} : { maximumEventAgeSeconds }),
    ...destinationOf(destinations, 'OnFailure', 'onFailure'),
    ...destinationOf(destinations, 'OnSuccess', 'onSuccess'),
  };
}

function destinationOf(destinations: Members | undefined, name: string, key: 'onFailure' | 'onSuccess') {
  const arn = destinations?.optionalObject(name)?.optionalText('Destination', { min: 0, max: 350 });
  return arn === undefined || arn === '' ? {} : { [key]: arn };
}

function describe({ definition: { arn, async }, lastModifiedMs }: LiveFunction): object {
  const destination = (destinationArn: string | undefined) =>
    destinationArn === undefined ? {} : { Destination: destinationArn };
  return {
    LastModified: (async?.lastModifiedMs ?? lastModifiedMs) / 1000,
    FunctionArn: `${arn}:${LATEST}`,
    MaximumRetryAttempts: async?.maximumRetryAttempts,
    MaximumEventAgeInSeconds: async?.maximumEventAgeSeconds,
    DestinationConfig: {
      OnFailure: destination(async?.onFailure),
      OnSuccess: destination(async?.onSuccess),
    },
  };
}

/** Throws `ResourceNotFoundException` for a function without a configuration of its own. */
function configured(call: Call, context: ApiContext): LiveFunction {
  const live = functionOf(call, context);
  if (live.definition.async !== undefined) return live;
  throw notFound(`The function ${live.definition.arn}:${LATEST} doesn't have an EventInvokeConfig`);
}

function change(
  definition: FunctionDefinition,
  settings: Partial<AsynchronousSettings>,
  context: ApiContext,
) {
  const async = {
    maximumRetryAttempts: 2,
    maximumEventAgeSeconds: 21_600,
    ...settings,
    lastModifiedMs: context.clock.now(),
  };
  return describe(context.registry.put({ ...definition, async }));
}

const put = (call: MembersCall, context: ApiContext): object =>
  change(functionOf(call, context).definition, readSettings(call.members), context);

function update(call: MembersCall, context: ApiContext): object {
  const { definition } = configured(call, context);
  return change(definition, { ...definition.async, ...readSettings(call.members) }, context);
}

function remove(call: Call, context: ApiContext): object {
  const { async: _, ...definition } = configured(call, context).definition;
  context.registry.put(definition);
  return NOTHING;
}

function list(call: Call, context: ApiContext): object {
  const live = functionOf(call, context);
  return { FunctionEventInvokeConfigs: live.definition.async === undefined ? [] : [describe(live)] };
}

const CONFIG = '/2019-09-25/functions/{FunctionName}/event-invoke-config';

export const eventInvokeOperations: Operations = {
  PutFunctionEventInvokeConfig: { http: `PUT ${CONFIG}`, answer: put },
  UpdateFunctionEventInvokeConfig: { http: `POST ${CONFIG}`, answer: update },
  DeleteFunctionEventInvokeConfig: { http: `DELETE ${CONFIG}`, status: 204, answer: remove },
  GetFunctionEventInvokeConfig: {
    http: `GET ${CONFIG}`,
    answer: (call, context) => describe(configured(call, context)),
  },
  ListFunctionEventInvokeConfigs: { http: `GET ${CONFIG}/list`, answer: list },
};
