import type { StackFile } from './stack.ts';

/** What the runtime says of its clock. */
interface TimeOfDay {
  /** ISO 8601. */
  readonly now: string;
  readonly offsetSeconds: number;
}

/** Moves a running stack's clock forward, as a developer does: see docs/time.md. */
export async function advanceClock(
  { awsEndpointUrl }: Pick<StackFile, 'awsEndpointUrl'>,
  advanceSeconds: number,
): Promise<TimeOfDay> {
  const response = await fetch(`${awsEndpointUrl}/_local/clock`, {
    method: 'POST',
    body: JSON.stringify({ advanceSeconds }),
  });
  if (!response.ok) throw new Error(`The clock was not moved: ${await response.text()}`);
  return (await response.json()) as TimeOfDay;
}
