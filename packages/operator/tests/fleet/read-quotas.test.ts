import { type ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { DEFAULT_QUOTAS } from '../../src/fleet/quotas.ts';
import { readQuotas } from '../../src/fleet/read-quotas.ts';

const client = new ServiceQuotasClient({ region: 'us-east-1' });

/** What Service Quotas answers for a service; an error for one that it does not let see. */
function answer(
  pages: Readonly<Record<string, readonly (readonly [name: string, value: number])[] | Error>>,
) {
  jest.spyOn(client, 'send').mockImplementation((async (command: ListServiceQuotasCommand) => {
    const page = pages[command.input.ServiceCode ?? ''] ?? [];
    if (page instanceof Error) throw page;
    const at = Number(command.input.NextToken ?? 0);
    const [QuotaName, Value] = page[at] ?? [];
    return { Quotas: [{ QuotaName, Value }], ...(at + 1 < page.length && { NextToken: String(at + 1) }) };
  }) as typeof client.send);
}

afterEach(() => void jest.restoreAllMocks());

describe('the quotas of an account', () => {
  it("are its own where they are told, on whatever page, and AWS's defaults else", async () => {
    answer({
      iotcore: [
        ['Rate of UpdateCertificateFoo', 1],
        ['UpdateCertificate API TPS', 50],
      ],
      lambda: [['Concurrent executions', 10]],
    });
    expect(await readQuotas(client)).toEqual({
      quotas: { ...DEFAULT_QUOTAS, updateCertificate: 50, concurrentExecutions: 10 },
      read: ['updateCertificate', 'concurrentExecutions'],
    });
  });

  it('are the defaults where they may not be read, and it says so', async () => {
    const denied = Object.assign(new Error('not authorized'), { name: 'AccessDeniedException' });
    answer({ iotcore: denied, dynamodb: denied, lambda: denied });
    expect(await readQuotas(client)).toEqual({
      quotas: DEFAULT_QUOTAS,
      read: [],
      notice: expect.stringContaining("AWS's defaults"),
    });
  });
});
