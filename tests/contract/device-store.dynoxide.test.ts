import { startDynoxide } from '@device-lifecycle/test-kit/dynoxide.ts';
import { describe } from '@jest/globals';
import { describeDeviceStore } from './device-store/suite.ts';

describe('the device store on dynoxide', () => {
  describeDeviceStore(startDynoxide);
});
