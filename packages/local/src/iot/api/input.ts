import { isObject, type Json, type JsonObject } from '../../template/template.ts';
import type { AttributePayload, Attributes } from '../attributes.ts';
import { invalidRequest } from '../errors.ts';

/**
 * The members of a request, from its path, query, headers and body. The readers throw `InvalidRequestException` for
 * a value of another type.
 */
export class Input {
  readonly #members: Readonly<Record<string, unknown>>;

  constructor(members: Readonly<Record<string, unknown>>) {
    this.#members = members;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw invalidRequest(`${name} is missing.`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined || typeof value === 'string') return value;
    throw invalidRequest(`${name} must be text.`);
  }

  /** A whole number; in a query it is text. */
  optionalNumber(name: string): number | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
    throw invalidRequest(`${name} must be a whole number.`);
  }

  /** In a query it is text; false where it is missing. */
  flag(name: string): boolean {
    const value = this.#members[name] ?? false;
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalidRequest(`${name} must be true or false.`);
  }

  optionalEnum<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.optionalText(name);
    const found = values.find((one) => one === value);
    if (value === undefined || found !== undefined) return found;
    throw invalidRequest(`${name} must be one of ${values.join(', ')}, not ${value}.`);
  }

  optionalTexts(name: string): readonly string[] | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw invalidRequest(`${name} must be a list of texts.`);
  }

  /** An object that may hold the `members`, and no others. */
  optionalObject(name: string, members?: readonly string[]): Input | undefined {
    const value = this.#members[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value !== 'object' || Array.isArray(value)) throw invalidRequest(`${name} must be an object.`);
    const input = new Input(value as Readonly<Record<string, unknown>>);
    if (members !== undefined) input.allow(members, name);
    return input;
  }

  /** A list of objects that may hold the `members`, and no others. */
  objects(name: string, members: readonly string[]): readonly Input[] {
    return this.jsons(name).map((json) => {
      const input = new Input(json);
      input.allow(members, name);
      return input;
    });
  }

  /** A list of objects as they are. */
  jsons(name: string): readonly JsonObject[] {
    const value = this.#members[name] ?? undefined;
    if (value === undefined) throw invalidRequest(`${name} is missing.`);
    if (Array.isArray(value) && value.every(isObject)) return value;
    throw invalidRequest(`${name} must be a list of objects.`);
  }

  /** An object as it is. */
  optionalJson(name: string): JsonObject | undefined {
    const value = (this.#members[name] ?? undefined) as Json | undefined;
    if (value === undefined || isObject(value)) return value;
    throw invalidRequest(`${name} must be an object.`);
  }

  names(): readonly string[] {
    return Object.keys(this.#members);
  }

  /** Refuses other members: what they ask for would not be done. */
  allow(members: readonly string[], what: string): void {
    const unknown = this.names().find((name) => !members.includes(name));
    if (unknown === undefined) return;
    throw invalidRequest(`${what} takes no ${unknown} on the laptop: leave it out.`);
  }
}

/** `{ attributes, merge }`, as things and thing groups take them. */
export function attributePayloadOf(input: Input | undefined): AttributePayload | undefined {
  const payload = input?.optionalObject('attributePayload', ['attributes', 'merge']);
  if (payload === undefined) return undefined;
  const attributes = payload.optionalObject('attributes');
  return { attributes: attributes === undefined ? {} : textsOf(attributes), merge: payload.flag('merge') };
}

function textsOf(input: Input): Attributes {
  return Object.fromEntries(input.names().map((name) => [name, input.text(name)]));
}
