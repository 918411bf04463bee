import { CliError } from '@device-lifecycle/operator/errors.ts';
import { testStack } from '@device-lifecycle/test-kit/tool.ts';
import { describe, expect, it } from '@jest/globals';
import { problemOf } from '../../src/server/problem.ts';

const met = (name: string, message = 'Rate exceeded.') => Object.assign(new Error(message), { name });

describe('problemOf', () => {
  it('speaks of the page, not of the commands of the terminal', () => {
    const { kind, message } = problemOf(met('ThrottlingException'), testStack);
    expect(kind).toBe('throttled');
    expect(message).toMatch(/^AWS turns calls away for now \(Rate exceeded\): wait .* on its page\.$/);
  });

  it.each([
    met('CredentialsProviderError', 'none'),
    met('UnrecognizedClientException'),
    met('ENOTFOUND'),
    met('ResourceNotFoundException'),
    new CliError('There is no run one: check --stage and --region.'),
  ])('says where an option of devicectl is given: $name', (error) => {
    expect(problemOf(error, testStack).message).toMatch(
      /--.* when the console is started: end it .* again\.$/,
    );
  });

  it('leaves alone what names none', () => {
    expect(problemOf(new CliError('It is so.'), testStack).message).toBe('It is so.');
    expect(problemOf(met('ExpiredToken'), testStack).message).toMatch(/"aws sso login"\.$/);
  });
});
