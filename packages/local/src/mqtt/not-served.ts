/** Reserved topics of what does not run here. */
interface NotServed {
  readonly topics: string;
  readonly pattern: RegExp;
}

/** Source: https://docs.aws.amazon.com/iot/latest/developerguide/reserved-topics.html */
export const notServed: readonly NotServed[] = [
  { topics: '$aws/things/{thingName}/jobs/…', pattern: /^\$aws\/things\/[^/]+\/jobs\// },
  { topics: '$aws/events/job/…, $aws/events/jobExecution/…', pattern: /^\$aws\/events\/job(Execution)?\// },
  { topics: '$aws/things/{thingName}/streams/…', pattern: /^\$aws\/things\/[^/]+\/streams\// },
  { topics: '$aws/things/{thingName}/tunnels/…', pattern: /^\$aws\/things\/[^/]+\/tunnels\// },
  { topics: '$aws/things/{thingName}/defender/…', pattern: /^\$aws\/things\/[^/]+\/defender\// },
  {
    topics: '$aws/certificates/…, $aws/provisioning-templates/…',
    pattern: /^\$aws\/(certificates|provisioning-templates)\//,
  },
  { topics: '$aws/events/certificates/…', pattern: /^\$aws\/events\/certificates\// },
  { topics: '$aws/commands/…', pattern: /^\$aws\/commands\// },
  { topics: '$aws/device_location/…', pattern: /^\$aws\/device_location\// },
  { topics: '$aws/sitewise/…', pattern: /^\$aws\/sitewise\// },
];

/** Whether nothing will ever come of a subscription, because what publishes there does not run. */
export function isNotServed(topicFilter: string): boolean {
  return topicFilter.startsWith('$aws/') && notServed.some(({ pattern }) => pattern.test(topicFilter));
}
