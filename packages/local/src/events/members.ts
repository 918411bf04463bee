import { AwsError } from '../aws.ts';
import { invalidMember, validationError } from './errors.ts';

type JsonObject = Readonly<Record<string, unknown>>;

interface TextLimits {
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/**
 * The members of a request, or of an object in one. The readers throw `ValidationException` for what the API's model
 * does not allow.
 */
export class Members {
  readonly json: JsonObject;
  readonly #path: string;

  constructor(json: JsonObject, path = '') {
    this.json = json;
    this.#path = path;
  }

  text(name: string, limits?: TextLimits): string {
    return this.#required(name, this.optionalText(name, limits));
  }

  optionalText(name: string, { min = 1, max = Number.POSITIVE_INFINITY, pattern }: TextLimits = {}) {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.#serialization(name, 'text');
    if (value.length < min)
      throw this.#invalid(name, `Member must have length greater than or equal to ${min}`);
    if (value.length > max) throw this.#invalid(name, `Member must have length less than or equal to ${max}`);
    if (pattern !== undefined && !pattern.test(value)) {
      throw this.#invalid(name, `Member must satisfy regular expression pattern: ${pattern.source}`);
    }
    return value;
  }

  /** A whole number; CloudFormation's parameters are text. */
  optionalWhole(name: string, { least, most }: Range): number | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value;
    if (!Number.isSafeInteger(number)) throw this.#serialization(name, 'a whole number');
    if (Number(number) < least) {
      throw this.#invalid(name, `Member must have value greater than or equal to ${least}`);
    }
    if (Number(number) > most)
      throw this.#invalid(name, `Member must have value less than or equal to ${most}`);
    return Number(number);
  }

  /** A time, which comes as seconds since the epoch; in milliseconds. */
  optionalTimeMs(name: string): number | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || Number.isNaN(new Date(value * 1000).getTime())) {
      throw this.#serialization(name, 'seconds since the epoch');
    }
    return value * 1000;
  }

  timeMs(name: string): number {
    return this.#required(name, this.optionalTimeMs(name));
  }

  optionalEnum<T extends string>(name: string, values: readonly T[]): T | undefined {
    const text = this.optionalText(name);
    const found = values.find((value) => value === text);
    if (text === undefined || found !== undefined) return found;
    throw this.#invalid(name, `Member must satisfy enum value set: [${values.join(', ')}]`);
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.#get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw this.#serialization(name, 'true or false');
  }

  /** An object whose values are texts. */
  optionalTextMap(name: string): Readonly<Record<string, string>> | undefined {
    const map = this.optionalObject(name);
    if (map === undefined) return undefined;
    return Object.fromEntries(Object.keys(map.json).map((key) => [key, map.text(key, { min: 0 })]));
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.#serialization(name, 'a list of texts');
  }

  optionalObject(name: string): Members | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.#serialization(name, 'an object');
    return new Members(value, this.#pathOf(name));
  }

  object(name: string): Members {
    return this.#required(name, this.optionalObject(name));
  }

  /** A list of objects, of which there may be `most`, and must be one. */
  objects(name: string, most: number): readonly Members[] {
    const value = this.#required(name, this.#get(name));
    if (!Array.isArray(value) || !value.every(isObject)) throw this.#serialization(name, 'a list of objects');
    if (value.length < 1) throw this.#invalid(name, 'Member must have length greater than or equal to 1');
    if (value.length > most)
      throw this.#invalid(name, `Member must have length less than or equal to ${most}`);
    return value.map((item, index) => new Members(item, `${this.#pathOf(name)}.${index + 1}.member`));
  }

  /** Refuses other members: what they ask for would not be done. */
  allow(...names: readonly string[]): void {
    const unknown = Object.keys(this.json).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    const path = this.#path === '' ? unknown : `${this.#path}.${unknown}`;
    throw validationError(`The laptop runtime does not know ${path}: leave it out.`);
  }

  #get(name: string): unknown {
    return this.json[name] ?? undefined;
  }

  #required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw this.#invalid(name, 'Member must not be null');
    return value;
  }

  #pathOf(name: string): string {
    const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    return this.#path === '' ? member : `${this.#path}.${member}`;
  }

  #invalid(name: string, constraint: string): AwsError {
    return invalidMember(this.#pathOf(name), this.#get(name), constraint);
  }

  #serialization(name: string, expected: string): AwsError {
    return new AwsError('SerializationException', `${this.#pathOf(name)} must be ${expected}.`);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
