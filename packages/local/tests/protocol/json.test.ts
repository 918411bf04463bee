import { describe, expect, it } from '@jest/globals';
import { operationOf, parseJsonMembers } from '../../src/protocol/json.ts';

const api = {
  service: 'Orders',
  targetPrefix: 'Orders_1.',
  operations: new Map([
    ['GetOrder', 1],
    ['ListOrders', 2],
  ]),
};
const refusal = (name: string) => ({
  code: 'UnknownOperationException',
  message: `The laptop runtime does not run the operation '${name}' of Orders: it has GetOrder, ListOrders.`,
});

describe('an operation of a service with AWS JSON', () => {
  it('is told by X-Amz-Target', () => {
    expect(operationOf({ headers: { 'x-amz-target': 'Orders_1.ListOrders' } }, api)).toBe(2);
  });

  it.each([
    ['Orders_1.PutOrder', 'PutOrder'],
    ['Orders_2.GetOrder', ''],
    [['Orders_1.GetOrder'], ''],
    [undefined, ''],
  ])('is refused for %j', (target, name) => {
    const headers = target === undefined ? {} : { 'x-amz-target': target };
    expect(() => operationOf({ headers }, api)).toThrow(expect.objectContaining(refusal(name)));
  });
});

describe('the members of a call', () => {
  it.each([
    ['', {}],
    ['{"Name":"a","Count":1}', { Name: 'a', Count: 1 }],
  ])('are read from %j', (body, members) => {
    expect(parseJsonMembers(Buffer.from(body))).toEqual(members);
  });

  it.each(['[]', 'null', '"text"', '{'])('are not read from %j', (body) => {
    expect(() => parseJsonMembers(Buffer.from(body))).toThrow(
      expect.objectContaining({ code: 'SerializationException' }),
    );
  });
});
