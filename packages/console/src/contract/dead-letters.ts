/** A dead letter, as devicectl lists it. */
export interface LetterSummary {
  readonly messageId: string;
  /** When it came into the queue: ISO 8601. */
  readonly sentAt: string;
  /**
   * `invocation`: an event that a function failed to handle; `stream`: records of a table; `rule`: a message that a rule
   * could not pass on; `unanswerable`: nobody can be answered; `foreign`: nothing of the service's.
   */
  readonly kind: 'invocation' | 'stream' | 'rule' | 'unanswerable' | 'foreign';
  readonly functionName?: string;
  readonly ruleName?: string;
  readonly deviceId?: string;
  readonly topic?: string;
  readonly error: string;
  readonly tries?: number;
  readonly canBeRedriven: boolean;
}

/** `GET /api/dead-letters/count`, which looks at none of them; about how many there are. */
export interface LetterCount {
  readonly visible: number;
  /** In somebody's hands. */
  readonly hidden: number;
}

/** `GET /api/dead-letters?functionName&error`: those that a filter lets through, the oldest first. */
export interface LetterList {
  readonly letters: readonly LetterSummary[];
  /** Whether the queue had no more than was looked at. */
  readonly sawAll: boolean;
  readonly approximateCount: LetterCount;
  /** What went wrong beside it, such as letters that stay hidden from others for a minute. */
  readonly warnings: readonly string[];
}

/** `GET /api/dead-letters/{messageId}`. */
export interface LetterDescription extends LetterSummary {
  /** What the device has sent. */
  readonly payload?: { readonly base64: string; readonly text?: string };
  readonly redrive:
    | {
        readonly action: 'invoke';
        readonly functionName: string;
        readonly event: string;
        readonly notes: readonly string[];
      }
    | {
        readonly action: 'replay';
        readonly functionName: string;
        readonly batch: object;
        readonly notes: readonly string[];
      }
    | { readonly action: 'none'; readonly why: string };
  /** The message, as it is in the queue. */
  readonly body: string;
  readonly warnings: readonly string[];
}

/** Which letters: these, or without ids all that the filter lets through. */
interface LetterSelection {
  readonly ids: readonly string[];
  readonly functionName?: string;
  readonly error?: string;
}

/** `POST /api/dead-letters/redrive`. */
export type RedriveRequest = LetterSelection;

/** `POST /api/dead-letters/discard`. */
export interface DiscardRequest extends LetterSelection {
  readonly reason: string;
}

export interface LetterOutcome {
  readonly messageId: string;
  readonly outcome: 'sent' | 'discarded' | 'wouldBeSent' | 'kept' | 'skipped' | 'notDeleted';
  readonly functionName?: string;
  readonly deviceId?: string;
  readonly detail?: string;
}

/** What both answer with: a line for each letter, and one at the end. */
export type DealLine =
  | { readonly outcome: LetterOutcome; readonly done: number; readonly total: number }
  | { readonly warning: string }
  | { readonly end: { readonly sawAll: boolean; readonly inHand: number } };
