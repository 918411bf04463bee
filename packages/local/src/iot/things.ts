import { randomUUID } from 'node:crypto';
import type { Collections } from '../data/collections.ts';
import type { Arns } from './arns.ts';
import {
  type AttributePayload,
  type Attributes,
  checkAttributes,
  sameAttributes,
  updatedAttributes,
} from './attributes.ts';
import type { Changes } from './changes.ts';
import { AlreadyExistsError, invalidRequest, notFound, versionConflict } from './errors.ts';
import type { Thing } from './registry.ts';
import type { ThingTypes } from './thing-types.ts';

export interface ThingRecord extends Thing {
  readonly thingId: string;
  readonly thingArn: string;
  /** 1 at first, and one more with each update. */
  readonly version: number;
}

export interface ThingInput {
  readonly thingName: string;
  readonly thingTypeName?: string | undefined;
  readonly attributes: Attributes;
}

export interface ThingUpdate {
  readonly thingTypeName?: string | undefined;
  readonly removeThingType: boolean;
  readonly attributePayload?: AttributePayload | undefined;
  readonly expectedVersion?: number | undefined;
}

/** AWS IoT's quotas for the attributes of a thing without and with a thing type. */
const MAX_ATTRIBUTES_UNTYPED = 3;
const MAX_ATTRIBUTES_TYPED = 50;
const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;

/** The things of the registry. */
export class Things {
  readonly #arns: Arns;
  readonly #types: ThingTypes;
  readonly #changes: Changes;
  readonly #byName: Map<string, ThingRecord>;

  constructor(arns: Arns, types: ThingTypes, changes: Changes, collections: Collections) {
    this.#arns = arns;
    this.#types = types;
    this.#changes = changes;
    this.#byName = collections.open('things');
  }

  find(thingName: string): ThingRecord | undefined {
    return this.#byName.get(thingName);
  }

  /** Throws `ResourceNotFoundException`. */
  get(thingName: string): ThingRecord {
    const thing = this.#byName.get(thingName);
    if (thing === undefined) throw notFound(`Thing ${thingName} does not exist.`);
    return thing;
  }

  /** By name. */
  all(): ThingRecord[] {
    return [...this.#byName.values()].sort((one, other) => (one.thingName < other.thingName ? -1 : 1));
  }

  /** Gives the thing that is there already, where it is the same. */
  create({ thingName, thingTypeName, attributes }: ThingInput): ThingRecord {
    if (!THING_NAME.test(thingName)) throw invalidRequest(`thingName must match ${THING_NAME.source}`);
    const there = this.#byName.get(thingName);
    if (there !== undefined) {
      if (there.thingTypeName === thingTypeName && sameAttributes(there.attributes, attributes)) return there;
      throw new AlreadyExistsError(`Thing ${thingName} already exists in account with different attributes`, {
        resourceId: there.thingId,
        resourceArn: there.thingArn,
      });
    }
    if (thingTypeName !== undefined) this.#types.assertInUse(thingTypeName);
    checkAttributes(attributes, maxAttributes(thingTypeName));
    const thing: ThingRecord = {
      thingName,
      thingId: randomUUID(),
      thingArn: this.#arns.of('thing', thingName),
      ...(thingTypeName === undefined ? {} : { thingTypeName }),
      attributes,
      version: 1,
    };
    this.#byName.set(thingName, thing);
    this.#changes.emit('thing', 'CREATED', thing);
    return thing;
  }

  update(thingName: string, update: ThingUpdate): void {
    const { attributePayload, expectedVersion } = update;
    const before = this.get(thingName);
    this.assertVersion(before, expectedVersion);
    const thingTypeName = this.#typeAfter(before, update);
    if (attributePayload !== undefined) {
      checkAttributes(attributePayload.attributes, Number.POSITIVE_INFINITY);
    }
    const attributes =
      attributePayload === undefined
        ? before.attributes
        : updatedAttributes(before.attributes, attributePayload);
    checkAttributes(attributes, maxAttributes(thingTypeName));
    const { thingId, thingArn, version } = before;
    const type = thingTypeName === undefined ? {} : { thingTypeName };
    const after: ThingRecord = { thingName, thingId, thingArn, ...type, attributes, version: version + 1 };
    this.#byName.set(thingName, after);
    this.#changes.emit('thing', 'UPDATED', after);
  }

  delete(thing: ThingRecord): void {
    this.#byName.delete(thing.thingName);
    this.#changes.emit('thing', 'DELETED', thing);
  }

  /** Throws `VersionConflictException`. */
  assertVersion({ thingName, version }: ThingRecord, expected: number | undefined): void {
    if (expected === undefined || expected === version) return;
    throw versionConflict(`Thing ${thingName} has the version ${version}, not ${expected}.`);
  }

  #typeAfter(before: ThingRecord, { thingTypeName, removeThingType }: ThingUpdate): string | undefined {
    if (!removeThingType) {
      if (thingTypeName !== undefined) this.#types.assertInUse(thingTypeName);
      return thingTypeName ?? before.thingTypeName;
    }
    if (thingTypeName === undefined) return undefined;
    throw invalidRequest('Give one of thingTypeName and removeThingType.');
  }
}

function maxAttributes(thingTypeName: string | undefined): number {
  return thingTypeName === undefined ? MAX_ATTRIBUTES_UNTYPED : MAX_ATTRIBUTES_TYPED;
}
