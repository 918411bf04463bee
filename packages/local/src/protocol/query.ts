import { AwsError, type AwsRequest, type AwsResponse } from '../aws.ts';

/** A member of a call: text, a list, or a structure. */
export type QueryValue = string | readonly QueryValue[] | QueryMembers;

export interface QueryMembers {
  readonly [name: string]: QueryValue;
}

/** A call of AWS's query protocol. */
interface QueryCall {
  readonly action: string;
  readonly members: QueryMembers;
}

/** What an answer can hold: members that are undefined are left out. */
type XmlValue =
  | string
  | number
  | boolean
  | Date
  | undefined
  | readonly XmlValue[]
  | ReadonlyMap<string, XmlValue>
  | XmlMembers;

export interface XmlMembers {
  readonly [name: string]: XmlValue;
}

interface Tree {
  [part: string]: Tree | string;
}

const OWN_PARAMETERS = new Set(['Action', 'Version']);

/** More parts than the name of any parameter of AWS has. */
const MAX_PARTS = 12;

/**
 * Reads a call: `Tags.member.1.Key=…` becomes `{ Tags: [{ Key }] }`, and a list without elements is empty text. Throws
 * `MissingAction`, and `MalformedQueryString` for names that contradict each other.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function parseQueryCall({ body, query }: Pick<AwsRequest, 'body' | 'query'>): QueryCall {
  const parameters = [...query, ...new URLSearchParams(body.toString('utf8'))];
  const action = parameters.find(([name]) => name === 'Action')?.[1];
  if (action === undefined) throw new AwsError('MissingAction', 'The request has no parameter Action.');
  const tree: Tree = Object.create(null);
  for (const [name, value] of parameters) {
    if (!OWN_PARAMETERS.has(name)) insert(tree, name, value);
  }
  return { action, members: membersOf(tree) };
}

function insert(tree: Tree, name: string, value: string): void {
  const parts = name.split('.');
  const last = parts.pop() ?? name;
  if (parts.length >= MAX_PARTS) throw malformed(name);
  let branch = tree;
  for (const part of parts) {
    branch[part] ??= Object.create(null) as Tree;
    const next = branch[part];
    if (typeof next === 'string') throw malformed(name);
    branch = next;
  }
  if (branch[last] !== undefined) throw malformed(name);
  branch[last] = value;
}

function malformed(name: string): AwsError {
  return new AwsError('MalformedQueryString', `The parameter ${name} contradicts another one.`);
}

function membersOf(tree: Tree): QueryMembers {
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => [name, queryValueOf(value)]));
}

function queryValueOf(value: Tree | string): QueryValue {
  if (typeof value === 'string') return value;
  const { member, ...others } = value;
  if (member === undefined || typeof member === 'string' || Object.keys(others).length > 0) {
    return membersOf(value);
  }
  const elements = Object.entries(member).sort(([left], [right]) => Number(left) - Number(right));
  return elements.map(([, element]) => queryValueOf(element));
}

/** Answers a call: lists as `member` elements, maps as `entry` elements, times in ISO 8601. */
export function queryResponse(
  { action }: Pick<QueryCall, 'action'>,
  result: XmlMembers | undefined,
  { namespace, requestId }: { readonly namespace: string; readonly requestId: string },
): AwsResponse {
  const inner = result === undefined ? '' : element(`${action}Result`, result);
  const metadata = element('ResponseMetadata', { RequestId: requestId });
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<${action}Response xmlns="${namespace}">${inner}${metadata}</${action}Response>`,
  };
}

function element(name: string, value: XmlValue): string {
  return value === undefined ? '' : `<${name}>${contentOf(value)}</${name}>`;
}

function contentOf(value: Exclude<XmlValue, undefined>): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value !== 'object') return escapeXml(String(value));
  if (isList(value)) return value.map((item) => element('member', item)).join('');
  if (isMap(value)) {
    return [...value].map(([key, item]) => element('entry', { key, value: item })).join('');
  }
  return Object.entries(value)
    .map(([name, item]) => element(name, item))
    .join('');
}

/** `instanceof` does not tell maps that are readonly. */
function isMap(value: ReadonlyMap<string, XmlValue> | XmlMembers): value is ReadonlyMap<string, XmlValue> {
  return value instanceof Map;
}

/** `Array.isArray` does not tell lists that are readonly. */
function isList(
  value: readonly XmlValue[] | ReadonlyMap<string, XmlValue> | XmlMembers,
): value is readonly XmlValue[] {
  return Array.isArray(value);
}

/** XML 1.0 has no other control characters. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is these that are left out
const NOT_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would make a line feed of it.
  '\r': '&#xD;',
};

/** Text as it stands between tags. */
export function escapeXml(text: string): string {
  return text.replace(NOT_IN_XML, '').replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}
