import { describe, expect, it } from '@jest/globals';
import { queueAttributes, queueTags } from '../../src/queues/queue-keeper.ts';

describe("a queue's properties", () => {
  it('become attributes of text', () => {
    const deadLetterTargetArn = 'arn:aws:sqs:eu-west-1:000000000000:dead';
    const properties = {
      QueueName: 'q',
      VisibilityTimeout: 5,
      SqsManagedSseEnabled: true,
      RedrivePolicy: { deadLetterTargetArn, maxReceiveCount: '2' },
      Tags: [{ Key: 'stage', Value: 'dev' }],
    };
    expect(queueAttributes({ queueName: 'q', properties })).toEqual({
      VisibilityTimeout: '5',
      SqsManagedSseEnabled: 'true',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 }),
    });
    expect(queueTags({ queueName: 'q', properties })).toEqual({ stage: 'dev' });
  });

  it('are refused where SQS does not have them', () => {
    const properties = { VisibilityTimeOut: 5 };
    expect(() => queueAttributes({ queueName: 'q', properties })).toThrow('VisibilityTimeOut');
  });
});
