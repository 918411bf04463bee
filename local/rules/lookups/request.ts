import type { JsonObject } from '../../template/json.ts';

/** What a function of SQL asks of another service while a statement is evaluated. */
export type LookupRequest =
  | { readonly kind: 'invoke'; readonly functionArn: string /** JSON text. */; readonly payload: string }
  | { readonly kind: 'getItem'; readonly tableName: string; readonly key: JsonObject }
  | { readonly kind: 'getThingShadow'; readonly thingName: string; readonly shadowName: string | undefined }
  | { readonly kind: 'registry'; readonly api: RegistryApi; readonly thingName: string };

export const registryApis = ['DescribeThing', 'ListThingGroupsForThing'] as const;
export type RegistryApi = (typeof registryApis)[number];
