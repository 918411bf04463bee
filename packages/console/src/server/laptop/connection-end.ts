import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import { explain } from '@device-lifecycle/operator/explain.ts';
import * as z from 'zod';
import type { ConnectionEnd } from '../../contract/laptop.ts';

/** AWS IoT's own log of the account: docs/logs.md. */
const LOG_GROUP = 'AWSIotLogsV2';

const entry = z.object({
  status: z.string(),
  disconnectReason: z.string().optional(),
  details: z.string().optional(),
});

/**
 * Why AWS IoT has ended or refused a connection, which MQTT 3.1.1 does not tell the device, but AWS IoT's log does.
 * Nothing where it has nothing: a certificate that is off fails in the TLS handshake.
 * `startTime`: by the stack's clock, in epoch milliseconds.
 */
export async function readConnectionEnd(
  client: CloudWatchLogsClient,
  certificateId: string,
  startTime: number,
): Promise<ConnectionEnd> {
  const input = { logGroupName: LOG_GROUP, startTime, filterPattern: `"${certificateId}"` };
  let end: ConnectionEnd = {};
  try {
    for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) {
      for (const { message = '' } of events) {
        const { status, disconnectReason, details } = entry.parse(JSON.parse(message));
        if (disconnectReason !== undefined) end = { ...end, disconnectReason };
        if (status === 'Failure' && details !== undefined) end = { ...end, details };
      }
    }
    return end;
  } catch (error) {
    return { details: `What AWS IoT has logged of it cannot be read: ${explain(error)}` };
  }
}
