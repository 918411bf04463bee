import { findDynamoDbLocal } from '@device-lifecycle/test-kit/dynamodb-local.ts';
import { describe, it } from '@jest/globals';
import { describeDeviceStore } from './device-store/suite.ts';

const dynamoDbLocal = await findDynamoDbLocal();

if (dynamoDbLocal.isAvailable) {
  describe('the device store on DynamoDB Local', () => {
    describeDeviceStore(dynamoDbLocal.start);
  });
} else {
  describe('the device store on DynamoDB Local', () => {
    it.skip(`is not tested: ${dynamoDbLocal.reason}`, () => undefined);
  });
}
