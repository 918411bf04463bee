/** A message that goes to one rule and to no subscriber. */
export interface BasicIngest {
  readonly ruleName: string;
  /** What is left of the topic, as `topic()` sees it. */
  readonly topic: string;
}

const basicIngestTopic = /^\$aws\/rules\/([^/]+)(?:\/(.*))?$/s;

/** Takes a topic `$aws/rules/{ruleName}/…` apart. Source: AWS IoT developer guide, "Basic Ingest". */
export function basicIngest(topic: string): BasicIngest | undefined {
  const match = basicIngestTopic.exec(topic);
  return match?.[1] === undefined ? undefined : { ruleName: match[1], topic: match[2] ?? '' };
}
