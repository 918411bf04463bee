import { describe, expect, it } from '@jest/globals';
import { parseOptions, WORKING_DIR } from '../src/options.ts';

describe("AWS IoT's quotas on the command line", () => {
  it('are none by default, and one for each operation that is given', () => {
    expect(parseOptions([])?.iotQuotas).toEqual({});
    const quotas = ['--iot-quota', 'UpdateCertificate=10', '--iot-quota', 'Publish=0.5'];
    expect(parseOptions(quotas)?.iotQuotas).toEqual({ UpdateCertificate: 10, Publish: 0.5 });
  });

  it.each(['UpdateCertificate', 'UpdateCertificate=', 'UpdateCertificate=0', 'UpdateCertificate=many', '=1'])(
    'are an operation and a rate, not %s',
    (quota) => {
      expect(() => parseOptions(['--iot-quota', quota])).toThrow(/such as UpdateCertificate=10/);
    },
  );
});

describe('the delay of TTL on the command line', () => {
  it.each([
    [[], 0],
    [['--ttl-delay', '0.5'], 0.5],
    [['--ttl-delay', '86400'], 86_400],
    [['--ttl-delay', 'off'], undefined],
  ])('of %j is %p seconds', (args, seconds) => {
    expect(parseOptions(args)?.ttlDelaySeconds).toBe(seconds);
  });

  it.each(['', '-1', 'never', '1s'])('is not "%s"', (delay) => {
    expect(() => parseOptions([`--ttl-delay=${delay}`])).toThrow(
      /is not a number of seconds: give one, such as 60/,
    );
  });
});

describe('the data directory on the command line', () => {
  it('is none by default, and absolute when it is given', () => {
    expect(parseOptions([])).not.toHaveProperty('dataDirectory');
    expect(parseOptions(['--data', 'kept'])?.dataDirectory).toBe(`${process.cwd()}/kept`);
  });

  it('is not nameless', () => {
    expect(() => parseOptions(['--data='])).toThrow(/--data names no directory: give one, such as/);
  });
});

describe('the service on the command line', () => {
  it("is this project's by default, another one, or none", () => {
    expect(parseOptions([])?.service).toBe(WORKING_DIR);
    expect(parseOptions(['--service', 'shop'])?.service).toBe(`${process.cwd()}/shop`);
    expect(parseOptions(['--no-service'])).not.toHaveProperty('service');
  });
});

describe('the companion on the command line', () => {
  it('is told where the stack file is, also where its path has spaces', () => {
    const companion = [
      '--companion',
      'cli/tool.mjs  --file={stackFile} {stackFile} on',
      '--stack-file',
      'a b.json',
    ];
    const file = `${process.cwd()}/a b.json`;
    expect(parseOptions(companion)?.companion).toEqual(['cli/tool.mjs', `--file=${file}`, file, 'on']);
  });

  it('is none by default, where none is wanted, and with a service that it does not know', () => {
    expect(parseOptions([])).not.toHaveProperty('companion');
    expect(parseOptions(['--companion', 'tool.mjs', '--service', 'shop'])).not.toHaveProperty('companion');
    expect(parseOptions(['--companion', 'tool.mjs', '--no-service'])).not.toHaveProperty('companion');
    expect(parseOptions(['--companion', 'tool.mjs', '--no-companion'])).not.toHaveProperty('companion');
  });

  it('is not nameless', () => {
    expect(() => parseOptions(['--companion', ' '])).toThrow(/--companion names no script: give one/);
  });
});
