import { invalidRequest } from './errors.ts';

export type Attributes = Readonly<Record<string, string>>;

/** What an update says of attributes. */
export interface AttributePayload {
  readonly attributes: Attributes;
  /** Whether those that it does not name stay. */
  readonly merge: boolean;
}

const NAME = /^[a-zA-Z0-9_.,@/:#=[\]-]{1,128}$/;
const VALUE = /^[a-zA-Z0-9_.,@/:#=[\]-]{0,800}$/;

/**
 * Checks attributes' names, values and number. Throws `InvalidRequestException`.
 * https://docs.aws.amazon.com/iot/latest/apireference/API_AttributePayload.html
 */
export function checkAttributes(attributes: Attributes, max: number): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!NAME.test(name)) throw invalidRequest(`The attribute name '${name}' does not match ${NAME.source}`);
    if (!VALUE.test(value)) {
      throw invalidRequest(`The value of the attribute ${name} does not match ${VALUE.source}`);
    }
  }
  const count = Object.keys(attributes).length;
  if (count > max) throw invalidRequest(`There are ${count} attributes; there may be ${max} at most.`);
}

/** Attributes after an update: one with an empty value is taken away. */
export function updatedAttributes(before: Attributes, { attributes, merge }: AttributePayload): Attributes {
  const entries = Object.entries(merge ? { ...before, ...attributes } : attributes);
  return Object.fromEntries(entries.filter(([, value]) => value !== ''));
}

export function sameAttributes(one: Attributes, other: Attributes): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
