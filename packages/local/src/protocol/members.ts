import { AwsError } from '../aws.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** How a service says that a member is not as its API's model has it. */
export interface MemberErrors {
  /** A value that breaks a constraint. `path`: of the member, with the objects that it is in. */
  invalid(path: string, value: unknown, constraint: string): AwsError;
  /** A value of another type. `expected`: with its article, such as `a whole number`. */
  mistyped(path: string, expected: string): AwsError;
  /** A member that the runtime does not know: what it asks for would not be done. */
  unknown(path: string): AwsError;
}

interface TextLimits {
  /** 1 when absent. */
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: RegExp;
}

interface Range {
  readonly least: number;
  readonly most: number;
}

/** As AWS's own checks say it. */
function constraintMessage(path: string, value: unknown, constraint: string): string {
  const shown = value === undefined ? 'null' : `'${String(value).slice(0, 200)}'`;
  return `1 validation error detected: Value ${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

/** The errors of a service whose API answers what breaks its model with `code`, in the words of AWS's own checks. */
export const memberErrors = (code: string): MemberErrors => ({
  invalid: (path, value, constraint) => new AwsError(code, constraintMessage(path, value, constraint)),
  mistyped: (path, expected) => new AwsError('SerializationException', `${path} must be ${expected}.`),
  unknown: (path) => new AwsError(code, `The laptop runtime does not know ${path}: leave it out.`),
});

const VALIDATION = memberErrors('ValidationException');

/**
 * The members of a request, or of an object in one: of a body in JSON, of a query, of a form, or of a template's
 * properties. Where members come as text, numbers and flags are read from it. Every reader throws what the service's
 * `MemberErrors` make.
 */
export class Members {
  readonly json: JsonObject;
  readonly #errors: MemberErrors;
  readonly #path: string;

  constructor(json: JsonObject, errors: MemberErrors = VALIDATION, path = '') {
    this.json = json;
    this.#errors = errors;
    this.#path = path;
  }

  text(name: string, limits?: TextLimits): string {
    return this.#required(name, this.optionalText(name, limits));
  }

  optionalText(name: string, limits: TextLimits = {}): string | undefined {
    const { min = 1, max = Number.POSITIVE_INFINITY, pattern } = limits;
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw this.#mistyped(name, 'text');
    if (value.length < min) {
      throw this.invalid(name, `Member must have length greater than or equal to ${min}`);
    }
    if (value.length > max) throw this.invalid(name, `Member must have length less than or equal to ${max}`);
    if (pattern !== undefined && !pattern.test(value)) {
      throw this.invalid(name, `Member must satisfy regular expression pattern: ${pattern.source}`);
    }
    return value;
  }

  whole(name: string, range?: Range): number {
    return this.#required(name, this.optionalWhole(name, range));
  }

  optionalWhole(name: string, range?: Range): number | undefined {
    return this.#within(name, this.#number(name, 'a whole number', Number.isSafeInteger), range);
  }

  optionalNumber(name: string, range?: Range): number | undefined {
    return this.#within(name, this.#number(name, 'a number', Number.isFinite), range);
  }

  timeMs(name: string): number {
    return this.#required(name, this.optionalTimeMs(name));
  }

  /** A time, which comes as seconds since the epoch; in milliseconds. */
  optionalTimeMs(name: string): number | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || Number.isNaN(new Date(value * 1000).getTime())) {
      throw this.#mistyped(name, 'seconds since the epoch');
    }
    return value * 1000;
  }

  optionalEnum<T extends string>(name: string, values: readonly T[]): T | undefined {
    const text = this.optionalText(name);
    const found = values.find((value) => value === text);
    if (text === undefined || found !== undefined) return found;
    throw this.invalid(name, `Member must satisfy enum value set: [${values.join(', ')}]`);
  }

  optionalFlag(name: string): boolean | undefined {
    const value = this.#get(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw this.#mistyped(name, 'true or false');
  }

  /** An object whose values are texts. */
  optionalTextMap(name: string): Readonly<Record<string, string>> | undefined {
    const map = this.optionalObject(name);
    if (map === undefined) return undefined;
    return Object.fromEntries(map.names().map((key) => [key, map.text(key, { min: 0 })]));
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw this.#mistyped(name, 'a list of texts');
  }

  object(name: string): Members {
    return this.#required(name, this.optionalObject(name));
  }

  optionalObject(name: string): Members | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.#mistyped(name, 'an object');
    return new Members(value, this.#errors, this.#pathOf(name));
  }

  /** A list of objects, of which there must be one at least. */
  objects(name: string, most?: number): readonly Members[] {
    const items = this.#required(name, this.optionalObjects(name));
    if (items.length < 1) throw this.invalid(name, 'Member must have length greater than or equal to 1');
    if (most !== undefined && items.length > most) {
      throw this.invalid(name, `Member must have length less than or equal to ${most}`);
    }
    return items;
  }

  /** A list of objects, which may be empty. */
  optionalObjects(name: string): readonly Members[] | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every(isObject)) throw this.#mistyped(name, 'a list of objects');
    const path = this.#pathOf(name);
    return value.map((item, index) => new Members(item, this.#errors, `${path}.${index + 1}.member`));
  }

  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  names(): readonly string[] {
    return Object.keys(this.json);
  }

  /** Refuses other members: what they ask for would not be done. */
  allow(...names: readonly string[]): void {
    const unknown = this.names().find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw this.#errors.unknown(this.#path === '' ? unknown : `${this.#path}.${unknown}`);
    }
  }

  /** The error of a member that breaks a constraint of its own. */
  invalid(name: string, constraint: string): AwsError {
    return this.#errors.invalid(this.#pathOf(name), this.#get(name), constraint);
  }

  #get(name: string): unknown {
    return this.json[name] ?? undefined;
  }

  #required<T>(name: string, value: T | undefined): T {
    if (value === undefined) throw this.invalid(name, 'Member must not be null');
    return value;
  }

  #number(name: string, expected: string, isGood: (value: unknown) => boolean): number | undefined {
    const value = this.#get(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !isGood(number)) throw this.#mistyped(name, expected);
    return number;
  }

  #within(name: string, value: number | undefined, range: Range | undefined): number | undefined {
    if (value === undefined || range === undefined) return value;
    if (value < range.least) {
      throw this.invalid(name, `Member must have value greater than or equal to ${range.least}`);
    }
    if (value > range.most) {
      throw this.invalid(name, `Member must have value less than or equal to ${range.most}`);
    }
    return value;
  }

  /** AWS's checks name members with a small first letter. */
  #pathOf(name: string): string {
    const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    return this.#path === '' ? member : `${this.#path}.${member}`;
  }

  #mistyped(name: string, expected: string): AwsError {
    return this.#errors.mistyped(this.#pathOf(name), expected);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
