import type { ThingGroupInput } from './thing-groups.ts';
import type { ThingTypeProperties } from './thing-types.ts';
import type { ThingInput } from './things.ts';

/** What a template has of the registry. */
export interface IotResources {
  readonly thingTypes: readonly IotThingTypeResource[];
  /** Parents come before their children. */
  readonly thingGroups: readonly IotThingGroupResource[];
  readonly things: readonly IotThingResource[];
  readonly policies: readonly IotPolicyResource[];
}

interface Origin {
  readonly logicalId: string;
}

/** `AWS::IoT::ThingType` */
export interface IotThingTypeResource extends Origin {
  readonly thingTypeName: string;
  readonly thingTypeProperties: ThingTypeProperties;
  readonly deprecated: boolean;
}

/** `AWS::IoT::ThingGroup` */
export interface IotThingGroupResource extends ThingGroupInput, Origin {}

/** `AWS::IoT::Thing` */
export interface IotThingResource extends ThingInput, Origin {}

/** `AWS::IoT::Policy` */
export interface IotPolicyResource extends Origin {
  readonly policyName: string;
  /** JSON text. */
  readonly policyDocument: string;
}
