/** `AWS::SNS::Topic`, or what CreateTopic makes. */
export interface TopicResource {
  readonly logicalId: string;
  readonly topicName: string;
  readonly arn: string;
  /** As CreateTopic and SetTopicAttributes have them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** Those that stand in the topic itself. */
  readonly subscriptions: readonly SubscriptionResource[];
}

/** `AWS::SNS::Subscription`, one of a topic's `Subscription`, or what Subscribe makes. */
export interface SubscriptionResource {
  readonly logicalId: string;
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  /** As Subscribe and SetSubscriptionAttributes have them. */
  readonly attributes: Readonly<Record<string, string>>;
}
