import { AwsError } from '../../aws.ts';
import { parseJsonMembers } from '../../protocol/json.ts';

/** The members of a call. The readers throw `InvalidParameterException` for what AWS would not take. */
export interface Request {
  text(member: string): string;
  optionalText(member: string): string | undefined;
  /** A whole number, 0 at least. */
  number(member: string): number;
  optionalNumber(member: string): number | undefined;
  /** How many to give at once; AWS's default and maximum are one. */
  limit(member: string, max: number): number;
  flag(member: string): boolean;
  texts(member: string): readonly string[];
  list(member: string): readonly unknown[];
  has(member: string): boolean;
}

export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** Parses a call's body. Throws `SerializationException` for one that is not a JSON object. */
export function parseRequest(body: Buffer): Request {
  const members = parseJsonMembers(body);
  const get = (member: string): unknown => members[member] ?? undefined;
  const required = <T>(member: string, value: T | undefined): T => {
    if (value === undefined) throw invalidParameter(`${member} is missing`);
    return value;
  };
  const typed = <T>(member: string, isType: (value: unknown) => value is T, what: string): T | undefined => {
    const value = get(member);
    if (value === undefined || isType(value)) return value;
    throw invalidParameter(`${member} must be ${what}`);
  };
  const request: Request = {
    text: (member) => required(member, request.optionalText(member)),
    optionalText: (member) => typed(member, isText, 'text'),
    number: (member) => required(member, request.optionalNumber(member)),
    optionalNumber: (member) => typed(member, isWhole, 'a whole number, 0 at least'),
    limit(member, max) {
      const value = request.optionalNumber(member) ?? max;
      if (value < 1 || value > max) throw invalidParameter(`${member} must be from 1 to ${max}`);
      return value;
    },
    flag: (member) => typed(member, isBoolean, 'true or false') ?? false,
    texts: (member) => typed(member, isTexts, 'a list of texts') ?? [],
    list: (member) => required(member, typed(member, Array.isArray, 'a list')),
    has: (member) => get(member) !== undefined,
  };
  return request;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);
