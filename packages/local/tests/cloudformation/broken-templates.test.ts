import { CreateStackCommand, ValidateTemplateCommand } from '@aws-sdk/client-cloudformation';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Laptop, startLaptop } from './harness.ts';
import { fn, queue, table, template } from './templates.ts';

let laptop: Laptop;
let tried = 0;

beforeAll(async () => {
  laptop = await startLaptop();
});
afterAll(() => laptop.close());

/** Whether the call is answered, or refused as the caller's own mistake. */
async function refusal(TemplateBody: string): Promise<string | undefined> {
  tried += 1;
  const calls = [
    new ValidateTemplateCommand({ TemplateBody }),
    new CreateStackCommand({ StackName: `s${tried}`, TemplateBody, Capabilities: ['CAPABILITY_NAMED_IAM'] }),
  ];
  for (const call of calls) {
    try {
      await laptop.client.send(call as never);
    } catch (error) {
      const { name: code, message } = Object(error);
      if (code !== 'ValidationError') return `${code}: ${message}`;
    }
  }
  return undefined;
}

const WHOLE = JSON.parse(
  template(
    {
      T: table('orders', { DeletionPolicy: 'Retain' }),
      Q: queue('orders', {
        KmsMasterKeyId: { 'Fn::If': ['C', { Ref: 'P' }, { 'Fn::Sub': '${T}-${Q.Arn}' }] },
      }),
      F: fn('place-order', 'one.zip', { Timeout: 3 }),
    },
    {
      Parameters: { P: { Type: 'String', Default: 'a', AllowedPattern: '[a-z]+' } },
      Conditions: { C: { 'Fn::Equals': [{ Ref: 'P' }, 'a'] } },
      Mappings: { M: { a: { b: 'c' } } },
      Outputs: { O: { Value: { 'Fn::GetAtt': ['Q', 'Arn'] }, Export: { Name: 'x' } } },
    },
  ),
);

/** All places in a JSON value. */
function placesIn(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, key]))];
}

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  const copy = structuredClone(value) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, by);
  return copy;
}

describe('a template that is broken', () => {
  it('anywhere, in any way, is refused as such', async () => {
    const broken = fc.record({
      place: fc.constantFrom(...placesIn(WHOLE).filter(({ length }) => length > 0)),
      by: fc.oneof(
        fc.jsonValue({ maxDepth: 2 }),
        fc.constantFrom(
          { Ref: 'T' },
          { Ref: 'None' },
          { 'Fn::GetAtt': 'F.Arn' },
          { 'Fn::Sub': [] },
          { Ref: 5 },
        ),
      ),
    });
    await fc.assert(
      fc.asyncProperty(broken, async ({ place, by }) => {
        expect(await refusal(JSON.stringify(replaced(WHOLE, place, by)))).toBeUndefined();
      }),
      { numRuns: 150 },
    );
    await laptop.deployments.close();
    expect(laptop.calls.filter((call) => call.startsWith('error'))).toEqual([]);
  });

  it.each([
    ['nested without end', `{"Resources":${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}}`],
    [
      'an alias of aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]`,
    ],
    ['empty', ''],
    ['a list', '[]'],
    ['text', 'nonsense'],
    ['null', 'null'],
    [
      'a pattern that is none',
      template(
        { T: table('t') },
        { Parameters: { P: { Type: 'String', Default: 'a', AllowedPattern: '(' } } },
      ),
    ],
  ])('%s', async (_what, text) => {
    expect(await refusal(text)).toBeUndefined();
  });
});
