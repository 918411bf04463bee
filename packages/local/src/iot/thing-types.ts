import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../clock.ts';
import type { Collections } from '../data/collections.ts';
import type { Arns } from './arns.ts';
import { AlreadyExistsError, invalidRequest, notFound } from './errors.ts';

export interface ThingTypeProperties {
  readonly thingTypeDescription?: string;
  readonly searchableAttributes?: readonly string[];
}

export interface ThingType {
  readonly thingTypeName: string;
  readonly thingTypeId: string;
  readonly thingTypeArn: string;
  readonly thingTypeProperties: ThingTypeProperties;
  readonly creationDateMs: number;
  /** Absent while it is in use. */
  readonly deprecationDateMs?: number;
}

const THING_TYPE_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const MAX_SEARCHABLE = 3;
/** Source: API_DeleteThingType */
const DELETABLE_AFTER_MS = 5 * 60_000;

/** The thing types of the registry. */
export class ThingTypes {
  readonly #arns: Arns;
  readonly #clock: Clock;
  readonly #byName: Map<string, ThingType>;

  constructor(arns: Arns, clock: Clock, collections: Collections) {
    this.#arns = arns;
    this.#clock = clock;
    this.#byName = collections.open('thingTypes');
  }

  find(thingTypeName: string): ThingType | undefined {
    return this.#byName.get(thingTypeName);
  }

  /** Throws `ResourceNotFoundException`. */
  get(thingTypeName: string): ThingType {
    const type = this.#byName.get(thingTypeName);
    if (type === undefined) throw notFound(`Thing type ${thingTypeName} does not exist.`);
    return type;
  }

  /** By name. */
  all(): ThingType[] {
    return [...this.#byName.values()].sort((one, other) =>
      one.thingTypeName < other.thingTypeName ? -1 : 1,
    );
  }

  /** That things may be given it. Throws `ResourceNotFoundException` and `InvalidRequestException`. */
  assertInUse(thingTypeName: string): void {
    if (this.get(thingTypeName).deprecationDateMs === undefined) return;
    throw invalidRequest(`Thing type ${thingTypeName} is deprecated: things can't be given it any more.`);
  }

  /** Gives the thing type that is there already, where it is the same. */
  create(thingTypeName: string, thingTypeProperties: ThingTypeProperties): ThingType {
    if (!THING_TYPE_NAME.test(thingTypeName)) {
      throw invalidRequest(`thingTypeName must match ${THING_TYPE_NAME.source}`);
    }
    const there = this.#byName.get(thingTypeName);
    if (there !== undefined) {
      if (isDeepStrictEqual(there.thingTypeProperties, thingTypeProperties)) return there;
      throw new AlreadyExistsError(`Thing type ${thingTypeName} already exists with different properties.`, {
        resourceId: there.thingTypeId,
        resourceArn: there.thingTypeArn,
      });
    }
    if ((thingTypeProperties.searchableAttributes ?? []).length > MAX_SEARCHABLE) {
      throw invalidRequest(`A thing type has ${MAX_SEARCHABLE} searchable attributes at most.`);
    }
    const type = {
      thingTypeName,
      thingTypeId: randomUUID(),
      thingTypeArn: this.#arns.of('thingtype', thingTypeName),
      thingTypeProperties,
      creationDateMs: this.#clock.now(),
    };
    this.#byName.set(thingTypeName, type);
    return type;
  }

  deprecate(thingTypeName: string, undo: boolean): void {
    const { deprecationDateMs = this.#clock.now(), ...type } = this.get(thingTypeName);
    this.#byName.set(thingTypeName, undo ? type : { ...type, deprecationDateMs });
  }

  /** Throws `InvalidRequestException` for one that is in use, or has been until five minutes ago. */
  delete(thingTypeName: string, isUsed: boolean): void {
    const { deprecationDateMs } = this.get(thingTypeName);
    const restedMs = this.#clock.now() - (deprecationDateMs ?? Number.POSITIVE_INFINITY);
    if (restedMs < DELETABLE_AFTER_MS) {
      throw invalidRequest(
        `Cannot delete thing type ${thingTypeName}: deprecate it first, and wait for 5 minutes.`,
      );
    }
    this.remove(thingTypeName, isUsed);
  }

  /** As `delete`, however short it has rested. */
  remove(thingTypeName: string, isUsed: boolean): void {
    if (isUsed) throw invalidRequest(`Cannot delete thing type ${thingTypeName}: things still have it.`);
    this.#byName.delete(thingTypeName);
  }
}
