import type { QueryMembers, QueryValue } from '../../query-protocol.ts';
import { invalidParameter } from '../errors.ts';
import type { MessageAttribute } from '../notification.ts';

/** The members of a call, or of an entry of a batch. The readers throw `InvalidParameter` for what SNS would not take. */
export class Input {
  readonly #members: QueryMembers;

  constructor(members: QueryMembers) {
    this.#members = members;
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw invalidParameter(`${name} Reason: no value for required parameter`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.#members[name];
    if (value === undefined || typeof value === 'string') return value;
    throw invalidParameter(`${name} Reason: it must be text`);
  }

  /** The entries of a list of structures; an empty list has none. */
  structures(name: string): readonly Input[] {
    const value = this.#members[name] ?? '';
    if (value === '') return [];
    if (!Array.isArray(value)) throw invalidParameter(`${name} Reason: it must be a list`);
    return value.map((entry: QueryValue) => new Input(structureOf(entry, name)));
  }

  texts(name: string): readonly string[] {
    const value = this.#members[name] ?? '';
    if (value === '') return [];
    if (Array.isArray(value) && value.every((entry) => typeof entry === 'string')) return value;
    throw invalidParameter(`${name} Reason: it must be a list of texts`);
  }

  /** A map of texts, which is `name.entry.N.key` and `.value`. */
  map(name: string): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.#entries(name).map((entry) => [entry.text('key'), entry.optionalText('value') ?? '']),
    );
  }

  /** The tags of a topic. */
  tags(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      this.structures('Tags').map((tag) => [tag.text('Key'), tag.optionalText('Value') ?? '']),
    );
  }

  /** https://docs.aws.amazon.com/sns/latest/api/API_MessageAttributeValue.html */
  messageAttributes(): Readonly<Record<string, MessageAttribute>> {
    return Object.fromEntries(
      this.#entries('MessageAttributes').map((entry) => {
        const value = new Input(structureOf(entry.#members['Value'] ?? {}, 'Value'));
        const Type = value.text('DataType');
        const member = Type.startsWith('Binary') ? 'BinaryValue' : 'StringValue';
        return [entry.text('Name'), { Type, Value: value.optionalText(member) ?? '' }];
      }),
    );
  }

  #entries(name: string): readonly Input[] {
    const value = this.#members[name] ?? '';
    if (value === '') return [];
    const entries = structureOf(structureOf(value, name)['entry'] ?? {}, name);
    return Object.values(entries).map((entry) => new Input(structureOf(entry, name)));
  }
}

function structureOf(value: QueryValue, name: string): QueryMembers {
  if (typeof value !== 'string' && !Array.isArray(value)) return value as QueryMembers;
  throw invalidParameter(`${name} Reason: it has not the form of a structure`);
}
