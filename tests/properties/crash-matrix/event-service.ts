import { randomUUID } from 'node:crypto';
import type { AwsService } from '@device-lifecycle/local/aws.ts';

/** An event as a consumer would get it. */
export interface Told {
  readonly type: string;
  readonly detail: Readonly<Record<string, unknown>> & { readonly id: string };
}

interface Entry {
  readonly DetailType: string;
  readonly Detail: string;
}

/** EventBridge as far as `PutEvents` goes: takes all. */
export const createEventService =
  (told: Told[]): AwsService =>
  async ({ body }) => {
    const { Entries } = JSON.parse(body.toString()) as { readonly Entries: readonly Entry[] };
    for (const { DetailType: type, Detail } of Entries) told.push({ type, detail: JSON.parse(Detail) });
    return {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({
        FailedEntryCount: 0,
        Entries: Entries.map(() => ({ EventId: randomUUID() })),
      }),
    };
  };
