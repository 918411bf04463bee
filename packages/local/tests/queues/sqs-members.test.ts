import { describe, expect, it } from '@jest/globals';
import { sqsMembers } from '../../src/queues/sqs-members.ts';

const ATTRIBUTE = { DataType: 'String', StringValue: 'b' };

describe('the members of a call of SQS', () => {
  it('are passed on as they are, but for what is null', () => {
    const members = { QueueUrl: 'u', MessageBody: 'x', MessageAttributes: { a: ATTRIBUTE }, Other: [1] };
    expect(sqsMembers({ ...members, DelaySeconds: null })).toEqual(members);
    const batch = { QueueUrl: 'u', Entries: [{ Id: '1', MessageBody: 'x' }] };
    expect(sqsMembers(batch)).toEqual(batch);
  });

  it.each([
    [{ QueueUrl: ['u'] }, 'QueueUrl must be text.'],
    [{ VisibilityTimeout: '1' }, 'VisibilityTimeout must be a whole number.'],
    [{ AttributeNames: 1 }, 'AttributeNames must be a list of texts.'],
    [{ Attributes: { DelaySeconds: 1 } }, 'Attributes must be a map of texts.'],
    [
      { MessageAttributes: { a: { ...ATTRIBUTE, StringValue: 1 } } },
      'MessageAttributes must be a map of attributes.',
    ],
    [{ MessageAttributes: { a: 'b' } }, 'MessageAttributes must be a map of attributes.'],
    [{ Entries: [1] }, 'Entries must be a list of objects.'],
    [{ Entries: [{ MessageBody: 1 }] }, 'MessageBody must be text.'],
  ])('%j is refused', (members, message) => {
    expect(() => sqsMembers(members)).toThrow(
      expect.objectContaining({ code: 'SerializationException', status: 400, message }),
    );
  });
});
