import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { PolicyAction } from '../../../src/iot/policy/authorize.ts';
import { ARN, decide, policy, statement } from './policy-fixture.ts';

const THING = '${iot:Connection.Thing.ThingName}';

/** The policy that the developer guide recommends for registered devices, under `devices/`. */
const devicePolicy = policy(
  {
    Effect: 'Allow',
    Action: 'iot:Connect',
    Resource: `${ARN}client/${THING}`,
    Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
  },
  {
    Effect: 'Allow',
    Action: ['iot:Publish', 'iot:Receive', 'iot:RetainPublish'],
    Resource: `${ARN}topic/devices/${THING}/*`,
  },
  { Effect: 'Allow', Action: 'iot:Subscribe', Resource: `${ARN}topicfilter/devices/${THING}/*` },
);

const attached = (thingName: string) => ({
  'iot:ClientId': thingName,
  'iot:Connection.Thing.ThingName': thingName,
  'iot:Connection.Thing.IsAttached': 'true',
});

describe('policy evaluation logic (developer guide, "AWS IoT Core policies")', () => {
  const allow = policy(statement({ Resource: `${ARN}topic/a` }));
  const deny = policy(statement({ Effect: 'Deny', Resource: `${ARN}topic/a` }));

  it.each([
    ['nothing at all', [], 'IMPLICIT_DENY'],
    ['an allow', [allow], 'ALLOWED'],
    ['a deny', [deny], 'EXPLICIT_DENY'],
    ['an allow and a deny in another policy', [allow, deny], 'EXPLICIT_DENY'],
    ['a deny and an allow in another policy', [deny, allow], 'EXPLICIT_DENY'],
    ['an allow of something else', [policy(statement({ Resource: `${ARN}topic/b` }))], 'IMPLICIT_DENY'],
    ['an allow in the second of two', [policy(statement({ Resource: `${ARN}topic/b` })), allow], 'ALLOWED'],
  ])('of %s', (_, policies, decision) => {
    expect(decide(policies, 'iot:Publish', 'topic/a')).toBe(decision);
  });

  it('takes any of several resources', () => {
    const several = policy(statement({ Resource: [`${ARN}topic/a`, `${ARN}topic/b`] }));
    expect(['a', 'b', 'c'].map((topic) => decide(several, 'iot:Publish', `topic/${topic}`))).toEqual([
      'ALLOWED',
      'ALLOWED',
      'IMPLICIT_DENY',
    ]);
  });
});

describe('actions (developer guide, "AWS IoT Core policy actions")', () => {
  it.each<[string | string[], PolicyAction, boolean]>([
    ['iot:Publish', 'iot:Publish', true],
    ['iot:Publish', 'iot:RetainPublish', false],
    ['iot:Publish', 'iot:Receive', false],
    ['iot:RetainPublish', 'iot:Publish', false],
    ['iot:Receive', 'iot:Subscribe', false],
    ['iot:Subscribe', 'iot:Receive', false],
    [['iot:Connect', 'iot:Subscribe'], 'iot:Subscribe', true],
    ['iot:*', 'iot:Connect', true],
    ['*', 'iot:RetainPublish', true],
    ['iot:*Publish', 'iot:RetainPublish', true],
    ['iot:Publis?', 'iot:Publish', true],
    ['IOT:publish', 'iot:Publish', true], // IAM user guide, "Action": case-insensitive
    ['iotjobsdata:*', 'iot:Publish', false],
    ['iot:UpdateThingShadow', 'iot:Publish', false],
  ])('%j on %s: %p', (Action, action, isAllowed) => {
    expect(decide(policy(statement({ Action })), action, 'topic/t')).toBe(
      isAllowed ? 'ALLOWED' : 'IMPLICIT_DENY',
    );
  });
});

describe('wildcards (developer guide, "Using wildcard characters in MQTT and AWS IoT Core policies")', () => {
  it.each([
    ['*', 'topic/a/b', true],
    [`${ARN}topic/a/*`, 'topic/a/b/c', true],
    [`${ARN}topic/a/*`, 'topic/a/', true],
    [`${ARN}topic/a/*`, 'topic/a', false],
    [`${ARN}topic/a*`, 'topic/abc/d', true],
    [`${ARN}topic/*/c`, 'topic/a/b/c', true],
    [`${ARN}topic/*/c`, 'topic/a/b/d', false],
    [`${ARN}topic/a?c`, 'topic/abc', true],
    [`${ARN}topic/a?c`, 'topic/ac', false],
    [`${ARN}topic/a?c`, 'topic/a/c', true],
    [`${ARN}topic/a?`, 'topic/a😀', true],
    [`${ARN}topic/a/+/c`, 'topic/a/b/c', false],
    [`${ARN}topic/a/+/c`, 'topic/a/+/c', true],
    [`${ARN}topic/a/#`, 'topic/a/b', false],
    [`${ARN}topic/A`, 'topic/a', false],
    [`${ARN}topic/a`, 'topic/ab', false],
    [`${ARN}topic/a.c`, 'topic/abc', false],
    [`${ARN}topic/line\n*`, 'topic/line\nbreak', true],
    [`${ARN}topic/a`, 'topicfilter/a', false],
    [`${ARN}client/a`, 'topic/a', false],
    ['arn:aws:iot:*:*:topic/a', 'topic/a', true],
    ['arn:aws:iot:eu-west-1:123456789012:topic/a', 'topic/a', false],
    ['arn:aws:iot:us-east-1:999999999999:topic/a', 'topic/a', false],
    [`${ARN}topic/*a*b*`, 'topic/xaxxbx', true],
    [`${ARN}topic/*a*b*`, 'topic/xbxxax', false],
    [`${ARN}topic/a\${*}`, 'topic/a*', true],
    [`${ARN}topic/a\${*}`, 'topic/ab', false],
    [`${ARN}topic/a\${?}`, 'topic/ab', false],
    [`${ARN}topic/\${$}aws`, 'topic/$aws', true],
    [`${ARN}topic/$aws/things/*`, 'topic/$aws/things/a/shadow/get', true],
  ])('%s on %s: %p', (Resource, resource, isAllowed) => {
    expect(decide(policy(statement({ Resource })), 'iot:Publish', resource)).toBe(
      isAllowed ? 'ALLOWED' : 'IMPLICIT_DENY',
    );
  });

  it('match as the same regular expressions do', () => {
    const expressions = new Map([
      ['*', '.*'],
      ['?', '.'],
    ]);
    const characters = fc.constantFrom('a', 'b', '/', '*', '?');
    fc.assert(
      fc.property(fc.array(characters), fc.array(characters), (pattern, text) => {
        const expression = new RegExp(`^${pattern.map((c) => expressions.get(c) ?? c).join('')}$`, 's');
        const decision = decide(
          policy(statement({ Resource: `${ARN}topic/${pattern.join('')}` })),
          'iot:Publish',
          `topic/${text.join('')}`,
        );
        expect(decision === 'ALLOWED').toBe(expression.test(text.join('')));
      }),
    );
  });

  it('take no time that grows without bounds', () => {
    const stars = `${ARN}topic/${'a*'.repeat(100)}b`;
    expect(decide(policy(statement({ Resource: stars })), 'iot:Publish', `topic/${'a'.repeat(256)}`)).toBe(
      'IMPLICIT_DENY',
    );
  });
});

describe('policy variables (developer guide, "AWS IoT Core policy variables")', () => {
  it('are replaced in resources', () => {
    const own = policy(statement({ Resource: `${ARN}topic/devices/${THING}/*` }));
    expect(decide(own, 'iot:Publish', 'topic/devices/d1/x', attached('d1'))).toBe('ALLOWED');
    expect(decide(own, 'iot:Publish', 'topic/devices/d2/x', attached('d1'))).toBe('IMPLICIT_DENY');
  });

  it('make a resource match nothing where they have no value, and leave the other resources alone', () => {
    const resources = [`${ARN}topic/devices/${THING}/x`, `${ARN}topic/open`];
    const both = policy(statement({ Resource: resources }));
    expect(decide(both, 'iot:Publish', `topic/devices/${THING}/x`)).toBe('IMPLICIT_DENY');
    expect(decide(both, 'iot:Publish', 'topic/devices//x')).toBe('IMPLICIT_DENY');
    expect(decide(both, 'iot:Publish', 'topic/open')).toBe('ALLOWED');
  });

  it('have values that are never patterns', () => {
    const own = policy(statement({ Resource: `${ARN}topic/devices/\${iot:ClientId}/x` }));
    const wild = { 'iot:ClientId': '*' };
    expect(decide(own, 'iot:Publish', 'topic/devices/d2/x', wild)).toBe('IMPLICIT_DENY');
    expect(decide(own, 'iot:Publish', 'topic/devices/*/x', wild)).toBe('ALLOWED');
  });

  it('have values that are no variables either', () => {
    const own = policy(statement({ Resource: `${ARN}topic/\${iot:ClientId}` }));
    const values = { 'iot:ClientId': '${iot:CertificateId}', 'iot:CertificateId': 'c' };
    expect(decide(own, 'iot:Publish', 'topic/c', values)).toBe('IMPLICIT_DENY');
  });

  it('do not stand for one of several values', () => {
    const own = policy(statement({ Resource: `${ARN}topic/\${iot:ConnectAttributes}` }));
    const values = { 'iot:ConnectAttributes': ['LastWill', 'PersistentConnect'] };
    expect(decide(own, 'iot:Publish', 'topic/LastWill', values)).toBe('IMPLICIT_DENY');
  });
});

describe('a policy with thing variables', () => {
  const text = fc.string({
    unit: fc.constantFrom('d', '1', '*', '?', '+', '#', '/', '$', '{', '}', ':'),
    maxLength: 12,
  });

  it('never allows what belongs to another thing, whatever the client id', () => {
    const topicActions = ['iot:Publish', 'iot:Receive', 'iot:RetainPublish'] as const;
    fc.assert(
      fc.property(text, text, fc.constantFrom(...topicActions), (clientId, topic, action) => {
        const isOwn = topic.startsWith(`${clientId}/`);
        const decision = decide(devicePolicy, action, `topic/devices/${topic}`, attached(clientId));
        expect(decision).toBe(isOwn ? 'ALLOWED' : 'IMPLICIT_DENY');
      }),
    );
  });

  it('never allows a filter that could match what belongs to another thing', () => {
    const level = fc.constantFrom('devices', 'd1', 'd2', '+', '#', '*', '');
    fc.assert(
      fc.property(fc.array(level, { minLength: 1, maxLength: 5 }), (levels) => {
        const decision = decide(
          devicePolicy,
          'iot:Subscribe',
          `topicfilter/${levels.join('/')}`,
          attached('d1'),
        );
        const isOwn = levels.length > 2 && levels[0] === 'devices' && levels[1] === 'd1';
        expect(decision).toBe(isOwn ? 'ALLOWED' : 'IMPLICIT_DENY');
      }),
    );
  });

  it('allows a client that no thing is attached to nothing', () => {
    fc.assert(
      fc.property(text, text, (clientId, name) => {
        const values = { 'iot:ClientId': clientId, 'iot:Connection.Thing.IsAttached': 'false' };
        expect(decide(devicePolicy, 'iot:Connect', `client/${clientId}`, values)).toBe('IMPLICIT_DENY');
        expect(decide(devicePolicy, 'iot:Publish', `topic/devices/${name}/x`, values)).toBe('IMPLICIT_DENY');
      }),
    );
  });

  it('lets a client connect under its own id alone', () => {
    expect(decide(devicePolicy, 'iot:Connect', 'client/d1', attached('d1'))).toBe('ALLOWED');
    expect(decide(devicePolicy, 'iot:Connect', 'client/d2', attached('d1'))).toBe('IMPLICIT_DENY');
  });
});
