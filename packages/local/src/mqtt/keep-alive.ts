/** The keep-alive intervals that a broker grants, in seconds. */
export interface KeepAliveRange {
  readonly min: number;
  /** Also for clients that ask for none. */
  readonly max: number;
}

/** "Connection inactivity". Source: https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits */
export const AWS_KEEP_ALIVE: KeepAliveRange = { min: 30, max: 1200 };

/**
 * What a client gets that asks for an interval, in seconds: the longest where it asks for none or for a longer one, the
 * shortest where it asks for a shorter one.
 */
export function grantedKeepAlive(asked: number | undefined, { min, max }: KeepAliveRange): number {
  if (asked === undefined || asked === 0 || asked > max) return max;
  return Math.max(asked, min);
}
