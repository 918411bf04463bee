import { describe, expect, it } from '@jest/globals';
import { decide, passes, policy, statement } from './policy-fixture.ts';

describe('condition operators (IAM user guide, "Condition operators")', () => {
  const id = 'iot:ClientId';
  it.each<[string, string | string[], string, boolean]>([
    ['StringEquals', 'a', 'a', true],
    ['StringEquals', 'a', 'A', false],
    ['StringEquals', ['a', 'b'], 'b', true],
    ['StringEquals', 'a*', 'ab', false],
    ['StringEquals', 'a*', 'a*', true],
    ['StringNotEquals', 'a', 'b', true],
    ['StringNotEquals', 'a', 'a', false],
    ['StringNotEquals', ['a', 'b'], 'b', false],
    ['StringEqualsIgnoreCase', 'a', 'A', true],
    ['StringNotEqualsIgnoreCase', 'a', 'A', false],
    ['StringLike', 'a*', 'ab', true],
    ['StringLike', 'a?', 'abc', false],
    ['StringLike', ['x', 'a?'], 'ab', true],
    ['StringNotLike', 'a*', 'ab', false],
    ['StringNotLike', 'a*', 'b', true],
    ['NumericEquals', '10', '10.0', true],
    ['NumericNotEquals', '10', '11', true],
    ['NumericLessThan', '10', '9', true],
    ['NumericLessThan', '10', '10', false],
    ['NumericLessThanEquals', '10', '10', true],
    ['NumericGreaterThan', '10', '9', false],
    ['NumericGreaterThanEquals', '10', '10', true],
    ['NumericEquals', '10', 'ten', false],
    ['NumericEquals', '0', '', false],
    ['DateEquals', '2026-01-01T00:00:00Z', '1767225600', true],
    ['DateNotEquals', '2026-01-01T00:00:00Z', '1767225601', true],
    ['DateLessThan', '2026-01-01T00:00:00Z', '2025-12-31T23:59:59Z', true],
    ['DateLessThanEquals', '2026-01-01', '2026-01-01T00:00:00Z', true],
    ['DateGreaterThan', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', false],
    ['DateGreaterThanEquals', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z', true],
    ['Bool', 'true', 'true', true],
    ['Bool', 'TRUE', 'true', true],
    ['Bool', 'true', 'false', false],
    ['IpAddress', '203.0.113.0/24', '203.0.113.9', true],
    ['IpAddress', '203.0.113.0/24', '203.0.114.9', false],
    ['IpAddress', '203.0.113.9', '203.0.113.9', true],
    ['IpAddress', '0.0.0.0/0', '8.8.8.8', true],
    ['IpAddress', '2001:db8::/32', '2001:db8::1', true],
    ['IpAddress', '203.0.113.0/24', 'no address', false],
    ['NotIpAddress', '203.0.113.0/24', '203.0.113.9', false],
    ['NotIpAddress', '203.0.113.0/24', '198.51.100.1', true],
    ['ArnEquals', 'arn:aws:iot:us-east-1:1:topic/a', 'arn:aws:iot:us-east-1:1:topic/a', true],
    ['ArnEquals', 'arn:aws:iot:*:*:topic/*', 'arn:aws:iot:us-east-1:1:topic/a/b', true],
    ['ArnEquals', 'arn:aws:iot:*:*:topic/a', 'arn:aws:iot:topic/a', false],
    ['ArnLike', 'arn:aws:iot:us-east-?:1:topic/a:b', 'arn:aws:iot:us-east-1:1:topic/a:b', true],
    ['ArnNotEquals', 'arn:aws:iot:*:*:topic/a', 'arn:aws:iot:us-east-1:1:topic/b', true],
    ['ArnNotLike', 'arn:aws:iot:*:*:topic/a', 'arn:aws:iot:us-east-1:1:topic/a', false],
  ])('%s %j on %s: %p', (operator, expected, actual, holds) => {
    expect(passes({ [operator]: { [id]: expected } }, { [id]: actual })).toBe(holds);
  });

  it('take booleans and numbers as JSON has them', () => {
    expect(
      passes(
        { Bool: { 'iot:Connection.Thing.IsAttached': true } },
        { 'iot:Connection.Thing.IsAttached': 'true' },
      ),
    ).toBe(true);
    expect(
      passes(
        { Bool: { 'iot:Connection.Thing.IsAttached': [true] } },
        { 'iot:Connection.Thing.IsAttached': 'true' },
      ),
    ).toBe(true);
    expect(passes({ NumericLessThan: { 'aws:EpochTime': 5 } }, { 'aws:EpochTime': '4' })).toBe(true);
  });

  it('are all to hold, and all their keys too', () => {
    const condition = {
      StringEquals: { [id]: 'a', 'iot:CertificateId': 'c' },
      Bool: { 'aws:SecureTransport': 'true' },
    };
    const values = { [id]: 'a', 'iot:CertificateId': 'c', 'aws:SecureTransport': 'true' };
    expect(passes(condition, values)).toBe(true);
    expect(passes(condition, { ...values, [id]: 'b' })).toBe(false);
    expect(passes(condition, { ...values, 'iot:CertificateId': 'd' })).toBe(false);
    expect(passes(condition, { ...values, 'aws:SecureTransport': 'false' })).toBe(false);
  });
});

describe('a key that is not there (IAM user guide, "Condition operators": IfExists, Null, negated operators)', () => {
  const key = 'iot:Connection.Thing.ThingTypeName';
  it.each([
    ['StringEquals', false],
    ['StringEqualsIfExists', true],
    ['StringNotEquals', true],
    ['Bool', false],
    ['BoolIfExists', true],
    ['NotIpAddress', true],
    ['ForAllValues:StringEquals', true],
    ['ForAnyValue:StringEquals', false],
    ['ForAnyValue:StringEqualsIfExists', true],
  ])('%s: %p', (operator, holds) => {
    const value = operator.includes('Ip') ? '203.0.113.0/24' : 'true';
    expect(passes({ [operator]: { [key]: value } }, {})).toBe(holds);
  });

  it('is asked for by Null', () => {
    expect(passes({ Null: { [key]: 'true' } }, {})).toBe(true);
    expect(passes({ Null: { [key]: 'false' } }, {})).toBe(false);
    expect(passes({ Null: { [key]: 'true' } }, { [key]: 'pump' })).toBe(false);
    expect(passes({ Null: { [key]: 'false' } }, { [key]: 'pump' })).toBe(true);
  });
});

describe('connect attributes (developer guide, "Connect policy examples")', () => {
  const key = 'iot:ConnectAttributes';
  const decideConnect = (attributes: string[], ...statements: object[]) =>
    decide(
      policy(...statements.map((one) => statement({ Action: 'iot:Connect', ...one }))),
      'iot:Connect',
      'client/c',
      {
        [key]: attributes,
      },
    );

  it.each([
    ['ForAllValues:StringEquals', ['PersistentConnect'], [], true],
    ['ForAllValues:StringEquals', ['PersistentConnect'], ['PersistentConnect'], true],
    ['ForAllValues:StringEquals', ['PersistentConnect'], ['PersistentConnect', 'LastWill'], false],
    ['ForAllValues:StringNotEquals', ['PersistentConnect'], ['LastWill'], true],
    ['ForAllValues:StringNotEquals', ['PersistentConnect'], ['PersistentConnect', 'LastWill'], false],
    ['ForAllValues:StringEquals', [], [], true],
    ['ForAllValues:StringEquals', [], ['LastWill'], false],
    ['ForAnyValue:StringEquals', ['PersistentConnect'], [], false],
    ['ForAnyValue:StringEquals', ['PersistentConnect'], ['PersistentConnect', 'LastWill'], true],
  ])('%s %j of %j: %p', (operator, expected, attributes, isAllowed) => {
    const decision = decideConnect(attributes, { Condition: { [operator]: { [key]: expected } } });
    expect(decision).toBe(isAllowed ? 'ALLOWED' : 'IMPLICIT_DENY');
  });

  it('are denied alone while the rest is allowed', () => {
    const statements = [
      {},
      { Effect: 'Deny', Condition: { 'ForAnyValue:StringEquals': { [key]: ['PersistentConnect'] } } },
    ];
    expect(decideConnect(['PersistentConnect', 'LastWill'], ...statements)).toBe('EXPLICIT_DENY');
    expect(decideConnect(['LastWill'], ...statements)).toBe('ALLOWED');
  });
});

describe('variables in conditions (developer guide, "AWS IoT Core policy variables")', () => {
  const id = 'iot:ClientId';
  const thing = 'iot:Connection.Thing.ThingName';
  it('are replaced, and their values are no patterns', () => {
    const condition = { StringLike: { [id]: `\${${thing}}-*` } };
    expect(passes(condition, { [id]: 'd1-a', [thing]: 'd1' })).toBe(true);
    expect(passes(condition, { [id]: 'd2-a', [thing]: 'd1' })).toBe(false);
    expect(passes(condition, { [id]: 'd2-a', [thing]: '*' })).toBe(false);
  });

  it('have the statement not match where they have no value, negated or not', () => {
    expect(passes({ StringEquals: { [id]: `\${${thing}}` } }, { [id]: 'd1' })).toBe(false);
    expect(passes({ StringNotEquals: { [id]: `\${${thing}}` } }, { [id]: 'd1' })).toBe(false);
    expect(passes({ StringEquals: { [id]: [`\${${thing}}`, 'd1'] } }, { [id]: 'd1' })).toBe(true);
  });

  it('can be part of an ARN', () => {
    const condition = { ArnEquals: { 'iot:LastWillTopic': `arn:aws:iot:*:*:topic/wills/\${${id}}` } };
    const topic = (name: string) => `arn:aws:iot:us-east-1:1:topic/wills/${name}`;
    expect(passes(condition, { [id]: 'd:1', 'iot:LastWillTopic': topic('d:1') })).toBe(true);
    expect(passes(condition, { [id]: 'd:1', 'iot:LastWillTopic': topic('d:2') })).toBe(false);
  });
});
