import type { QueryMembers, QueryValue } from '../../query-protocol.ts';
import { validationError } from './errors.ts';

/** The parameters of a call, read with their types checked. Each getter throws `ValidationError`. */
export class Input {
  readonly #members: QueryMembers;

  constructor(members: QueryMembers) {
    this.#members = members;
  }

  /** Refuses all parameters but these: to pass one over might be to do something else than AWS does. */
  allow(names: readonly string[]): void {
    const unknown = Object.keys(this.#members).find((name) => !names.includes(name));
    if (unknown === undefined) return;
    throw validationError(`The laptop runtime does not know the parameter ${unknown} here: leave it out.`);
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value !== undefined) return value;
    const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    throw validationError(
      `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
    );
  }

  optionalText(name: string): string | undefined {
    const value = this.#members[name];
    if (value === undefined || typeof value === 'string') return value;
    throw validationError(`${name} must be text.`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw validationError(`${name} must be true or false, not ${value}.`);
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.optionalText(name);
    const known = values.find((one) => one === value);
    if (value === undefined || known !== undefined) return known;
    const member = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    throw validationError(
      `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${values.join(', ')}]`,
    );
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((value) => {
      if (typeof value === 'string') return value;
      throw validationError(`${name} must be a list of texts.`);
    });
  }

  objects(name: string): readonly Input[] {
    return this.#list(name).map((value) => {
      if (isMembers(value)) return new Input(value);
      throw validationError(`${name} must be a list of structures.`);
    });
  }

  /** Undefined for one without members. */
  object(name: string): Input | undefined {
    const value = this.#members[name];
    if (value === undefined || value === '') return undefined;
    if (isMembers(value)) return new Input(value);
    throw validationError(`${name} must be a structure.`);
  }

  #list(name: string): readonly QueryValue[] {
    const value = this.#members[name];
    if (value === undefined || value === '') return [];
    if (isList(value)) return value;
    throw validationError(`${name} must be a list.`);
  }
}

function isList(value: QueryValue): value is readonly QueryValue[] {
  return Array.isArray(value);
}

const isMembers = (value: QueryValue): value is QueryMembers => typeof value === 'object' && !isList(value);
