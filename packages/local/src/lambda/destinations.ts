/** Whether an ARN is a standard queue's: what is sent once Lambda is done with an event goes to no other. */
export const isQueueArn = (arn: string): boolean => /^arn:[^:]+:sqs:[^:]+:\d+:[\w-]+$/.test(arn);
