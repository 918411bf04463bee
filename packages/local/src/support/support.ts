/** What the runtime does with something that AWS documents. */
export type SupportStatus =
  /** As AWS does it. */
  | 'runs'
  /** As AWS does it, but for what the note says. */
  | 'partly'
  /** Not run, and refused with an error that says so. */
  | 'refused'
  /** Run in the way that the note gives, which AWS's documentation leaves open. */
  | 'unconfirmed';

export interface SupportEntry {
  /** AWS's name for it: an operation, a function, a field, an action, a resource type. */
  readonly name: string;
  readonly status: SupportStatus;
  /** One sentence; it has to be there for everything but what runs. */
  readonly note?: string;
}

/** A part of the support checklist. Each room makes its own from what it goes by, so that the list can't lie. */
export interface SupportChapter {
  readonly title: string;
  /** The page of AWS's documentation that it is held against. */
  readonly source: string;
  /** Where the entries are operations of a service of the endpoint: its name in AWS SDK integrations, as `cloudwatchlogs`. */
  readonly api?: string;
  readonly entries: readonly SupportEntry[];
}
