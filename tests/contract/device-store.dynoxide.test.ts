import { describe } from '@jest/globals';
import { startDynoxide } from '../support/dynoxide.ts';
import { describeDeviceStore } from './device-store/suite.ts';

describe('the device store on dynoxide', () => {
  describeDeviceStore(startDynoxide);
});
