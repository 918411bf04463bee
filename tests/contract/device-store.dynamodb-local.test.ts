import { findDynamoDbLocal } from '@device-lifecycle/test-kit/dynamodb-local.ts';
import { describe, it } from '@jest/globals';
import { describeDeviceStore } from './device-store/suite.ts';

const start = await findDynamoDbLocal();

describe('the device store on DynamoDB Local', () => {
  if (start === undefined) it.skip('is not tested: DynamoDB Local is missing', () => undefined);
  else describeDeviceStore(start);
});
