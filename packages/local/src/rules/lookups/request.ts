import type { JsonObject } from '../../template/template.ts';

/** What a function of SQL asks of another service while a statement is evaluated. */
export type LookupRequest =
  | { readonly kind: 'invoke'; readonly functionArn: string /** JSON text. */; readonly payload: string }
  | { readonly kind: 'getItem'; readonly tableName: string; readonly key: JsonObject }
  | { readonly kind: 'getThingShadow'; readonly thingName: string; readonly shadowName: string | undefined }
  | { readonly kind: 'registry'; readonly api: RegistryApi; readonly thingName: string };

export const registryApis = ['DescribeThing', 'ListThingGroupsForThing'] as const;
export type RegistryApi = (typeof registryApis)[number];

/** How the log of AWS IoT tells of a request: the function, and what it asked. */
export interface LookupTrace {
  readonly ruleAction: string;
  readonly resources: Readonly<Record<string, string>>;
}

/** The function's name as the guide's example has that of machinelearning_predict: MachinelearningPredict. */
export function traceOf(request: LookupRequest): LookupTrace {
  switch (request.kind) {
    case 'invoke':
      return { ruleAction: 'AwsLambda', resources: { FunctionArn: request.functionArn } };
    case 'getItem':
      return { ruleAction: 'GetDynamodb', resources: { TableName: request.tableName } };
    case 'getThingShadow':
      return { ruleAction: 'GetThingShadow', resources: { ThingName: request.thingName } };
    case 'registry':
      return { ruleAction: 'GetRegistryData', resources: { ThingName: request.thingName } };
  }
}
