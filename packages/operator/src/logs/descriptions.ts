/** What the saved queries answer, by their names: CloudWatch keeps a name and the query alone. See docs/logs.md. */
export const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'life of a device': 'what happened to one device, in every log group',
  'way of a request': 'all that has one correlation id',
  'rejections by code': 'what is asked for in vain, by hour',
  'transaction cancellations by reason': 'what collides, where, and how many tries it takes',
  credentials: 'whose certificates were turned off or on, and what was left for later',
  ghosts: 'which decommissioned devices are still heard of, the noisiest first',
  'slowest moves': 'the moves that took longest',
  'durations by operation': 'how long requests take',
  'dead letters': 'what went to the dead-letter queue',
  'failed executions': 'which executions failed, and of what',
  fleets: 'what became of the batches of each fleet',
  'AWS IoT log by clientId and eventType': 'who does what; only where AWS IoT logs',
  'cold starts': 'how often functions start cold, and how long that takes',
  'cost drivers': 'gigabyte-seconds, invocations and bytes logged, by function',
};

/** As it can be typed without quotes: `life-of-a-device`. */
export const slugOf = (name: string): string => name.toLowerCase().replaceAll(/\s+/g, '-');
