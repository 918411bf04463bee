import { describe, expect, it } from '@jest/globals';
import { CliError } from '../../../cli/errors.ts';
import { explain, isHopeless } from '../../../cli/explain.ts';

const named = (name: string, message = 'It said so.') => Object.assign(new Error(message), { name });

describe('an error, for an operator', () => {
  it.each([
    ['CredentialsProviderError', 'name a profile with --profile'],
    ['ExpiredTokenException', 'aws sso login'],
    ['UnrecognizedClientException', 'check --profile'],
    ['AccessDeniedException', 'docs/operations.md lists the permissions'],
    ['TimeoutError', '"npm start" runs'],
    ['TooManyRequestsException', 'with a lower --rate'],
  ])('%s says what to do, in one sentence', (name, words) => {
    const sentence = explain(named(name));
    expect(sentence).toContain(words);
    expect(sentence).toMatch(/\.$/);
    expect(sentence).not.toMatch(/\. [A-Z]/);
  });

  it('is told by the code of the operating system too, also when there are several', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(explain(refused)).toMatch(/^Nothing answers/);
    expect(explain(new AggregateError([refused, refused], ''))).toMatch(/^Nothing answers/);
  });

  it('is told by its own words when there is nothing better', () => {
    expect(explain(new CliError('Do this.'))).toBe('Do this.');
    expect(explain(named('KmsThrottled', 'wait'))).toBe('KmsThrottled: wait');
    expect(explain('words')).toBe('Error: words');
    expect(explain(new Error('Region is missing'))).toContain('--region');
  });

  it('makes trying the next one hopeless when it is about who asks', () => {
    expect(isHopeless(named('ExpiredToken'))).toBe(true);
    expect(isHopeless(named('AccessDenied'))).toBe(true);
    expect(isHopeless(named('TooManyRequestsException'))).toBe(false);
    expect(isHopeless('ExpiredToken')).toBe(false);
  });
});
