import { AwsError, type AwsRequest, type AwsResponse, type AwsService } from '../aws.ts';
import type { MovableClock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';

/**
 * The runtime's clock, for developers: GET tells the time, POST `{"advanceSeconds": N}` moves it forward first. Both
 * answer `{now, offsetSeconds}`: an ISO 8601 timestamp, and by how much it is ahead of the machine's. Throws `AwsError`.
 */
export function createClockApi(clock: MovableClock, log: RuntimeLog): AwsService {
  return async (request) => {
    if (request.method === 'POST') advance(clock, advanceSecondsOf(request), log);
    else if (request.method !== 'GET') {
      throw new AwsError('ValidationException', `The clock takes GET and POST, not ${request.method}.`, 405);
    }
    return tell(clock);
  };
}

function advance(clock: MovableClock, seconds: number, log: RuntimeLog): void {
  try {
    clock.advance(seconds * 1_000);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new AwsError('ValidationException', `The clock cannot be moved forward by ${seconds} s.`);
  }
  log.info(`the clock was moved forward by ${seconds} s, to ${timeOf(clock)}`);
}

function advanceSecondsOf({ body }: AwsRequest): number {
  const { advanceSeconds, ...others } = parse(body.toString('utf8'));
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new AwsError('ValidationException', `The clock knows advanceSeconds alone, not ${unknown}.`);
  }
  if (typeof advanceSeconds === 'number') return advanceSeconds;
  throw new AwsError('ValidationException', 'Give by how much, as in {"advanceSeconds": 86400}.');
}

function parse(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text));
  } catch {
    throw new AwsError('SerializationException', 'The body is not JSON.');
  }
}

function tell(clock: MovableClock): AwsResponse {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: `${JSON.stringify({ now: timeOf(clock), offsetSeconds: clock.offsetMs / 1_000 })}\n`,
  };
}

function timeOf(clock: MovableClock): string {
  return new Date(clock.now()).toISOString();
}
