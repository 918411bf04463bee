import { aDevice } from '@device-lifecycle/test-kit/devices.ts';
import { describe, expect, it } from '@jest/globals';
import { type AnsweredRequest, findAnsweredRequest, rememberRequest } from '../../../shared/domain/device.ts';

const request = (number: number): AnsweredRequest => ({
  requestId: `request-${number}`,
  operation: 'update',
  version: number,
});

describe('the requests that a device remembers', () => {
  it('are the last ten, in their order', () => {
    let requests: readonly AnsweredRequest[] = [];
    for (let number = 1; number <= 12; number += 1) requests = rememberRequest(requests, request(number));
    expect(requests.map(({ version }) => version)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('are found by their id and operation', () => {
    const device = aDevice({ requests: [request(1), request(2)] });
    expect(findAnsweredRequest(device, { requestId: 'request-2', operation: 'update' })).toEqual(request(2));
    expect(findAnsweredRequest(device, { requestId: 'request-3', operation: 'update' })).toBeUndefined();
  });

  it('do not mistake one operation for another: a device may count each of them from 1', () => {
    const device = aDevice({ requests: [{ requestId: '1', operation: 'register', version: 1 }] });
    expect(findAnsweredRequest(device, { requestId: '1', operation: 'update' })).toBeUndefined();
  });
});
