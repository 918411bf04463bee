import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, describe, expect, it } from '@jest/globals';
import { FUNCTION, ruleOf, SHOP, startEvents } from './events-harness.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const toFunction = { rules: [ruleOf([{ Id: 'notify', Arn: FUNCTION }])] };

describe('PutEvents', () => {
  let close: () => Promise<void> = async () => undefined;

  async function start(...args: Parameters<typeof startEvents>) {
    const events = await startEvents(...args);
    close = events.close;
    return events;
  }

  afterEach(() => close());

  it('delivers events as AWS does, in the order of the request', async () => {
    const { put, delivered, inputs } = await start(toFunction);

    const { FailedEntryCount, Entries = [] } = await put(
      { Detail: '{ "n" : 1 }', Resources: ['arn:a', 'b'], Time: new Date('2026-01-01T00:00:00.900Z') },
      { Detail: '{"n":2}', EventBusName: SHOP, TraceHeader: 'Root=1' },
    );

    expect(FailedEntryCount).toBe(0);
    expect(Entries).toEqual([
      { EventId: expect.stringMatching(UUID) },
      { EventId: expect.stringMatching(UUID) },
    ]);
    expect(delivered.map(({ to }) => to)).toEqual([FUNCTION, FUNCTION]);
    expect(delivered[0]?.input).toBe(
      `{"version":"0","id":"${Entries[0]?.EventId}","detail-type":"OrderPlaced","source":"shop.orders","account":"000000000000","time":"2026-01-01T00:00:00Z","region":"eu-west-1","resources":["arn:a","b"],"detail":{"n":1}}`,
    );
    expect(inputs()[1]).toMatchObject({
      id: Entries[1]?.EventId,
      time: '2026-01-02T03:04:05Z',
      resources: [],
      detail: { n: 2 },
    });
  });

  it('leaves the detail as it is, but for its blanks', async () => {
    const { put, delivered } = await start(toFunction);

    await put({ Detail: '{\n "n": 12345678901234567890.10, "a b" : " \\" \\\\", "é": [ ], "n": 1e3 }' });

    expect(delivered[0]?.input).toContain(
      '"detail":{"n":12345678901234567890.10,"a b":" \\" \\\\","é":[],"n":1e3}',
    );
  });

  it('keeps the order of many events for one target', async () => {
    const { put, inputs } = await start(toFunction);
    const numbers = Array.from({ length: 50 }, (_, n) => n);

    for (let n = 0; n < 50; n += 10) {
      await put(...numbers.slice(n, n + 10).map((number) => ({ Detail: JSON.stringify({ number }) })));
    }

    expect(inputs().map((event) => (event as { detail: { number: number } }).detail.number)).toEqual(numbers);
  });

  it('takes the valid entries of a request and says what is wrong with the others', async () => {
    const { put, inputs } = await start(toFunction);

    const { FailedEntryCount, Entries } = await put(
      { Source: undefined },
      { DetailType: undefined },
      { Detail: undefined },
      { Source: '' },
      { Detail: '{"a":' },
      { Detail: '[]' },
      { Source: 'aws.s3' },
      { DetailType: 'd'.repeat(129) },
      { Detail: '{"n":9}' },
    );

    const argument = (name: string, reason: string) => ({
      ErrorCode: 'InvalidArgument',
      ErrorMessage: `Parameter ${name} is not valid. Reason: ${reason}`,
    });
    expect(FailedEntryCount).toBe(8);
    expect(Entries).toEqual([
      argument('Source', 'Source is a required argument.'),
      argument('DetailType', 'DetailType is a required argument.'),
      argument('Detail', 'Detail is a required argument.'),
      argument('Source', 'Source is a required argument.'),
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' },
      { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' },
      argument('DetailType', 'DetailType must be 128 characters at most.'),
      { EventId: expect.stringMatching(UUID) },
    ]);
    expect(inputs()).toMatchObject([{ detail: { n: 9 } }]);
  });

  it.each([
    ['no entry', [], 'Member must have length greater than or equal to 1'],
    ['eleven entries', Array(11).fill({}), 'Member must have length less than or equal to 10'],
    [
      'a name that no bus can have',
      [{ EventBusName: 'a b' }],
      "Value 'a b' at 'entries.1.member.eventBusName'",
    ],
    ['a long trace header', [{ TraceHeader: 'x'.repeat(501) }], 'less than or equal to 500'],
  ])('refuses a request with %s', async (_, Entries, message) => {
    const { client } = await start();

    await expect(client.send(new PutEventsCommand({ Entries }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  it('counts the bytes of all entries together', async () => {
    const { put, delivered } = await start(toFunction);
    // 1 MiB less two sources, two detail types and a time.
    const most = 1_048_576 - 2 * 'shop.ordersOrderPlaced'.length - 14;
    const detailOf = (size: number) => `{"é":"${'x'.repeat(size - '{"é":""}'.length - 1)}"}`;
    const Time = new Date(0);

    const { FailedEntryCount } = await put({ Time, Detail: detailOf(most - 2) }, { Detail: '{}' });

    expect(FailedEntryCount).toBe(0);
    await expect(put({ Time, Detail: detailOf(most - 1) }, { Detail: '{}' })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Total size of the entries in the request is over the limit.',
    });
    expect(delivered).toHaveLength(2);
  });

  it('takes an event for a bus that is not there, as AWS does, and warns of it once', async () => {
    const { put, delivered, logged } = await start(toFunction);

    const { FailedEntryCount } = await put(
      { EventBusName: 'shopp' },
      { EventBusName: 'shopp' },
      { EventBusName: SHOP.replace('eu-', 'us-') },
      { EventBusName: undefined },
    );

    expect(FailedEntryCount).toBe(0);
    expect(delivered).toEqual([]);
    expect(logged).toEqual([
      'PutEvents takes events that are lost, as on AWS: there is no event bus shopp',
      expect.stringMatching(/: there is no event bus arn:aws:events:us-west-1:.*shop$/),
    ]);
  });
});
