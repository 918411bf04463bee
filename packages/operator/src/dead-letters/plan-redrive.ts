import type { Letter, QueueMessage, StreamBatch } from './letter.ts';
import { buildRuleEvent } from './rule-event.ts';

/** How a letter would be sent again. */
export type RedrivePlan =
  /** Invoke the function asynchronously with this event, as it was the first time. */
  | {
      readonly action: 'invoke';
      readonly functionName: string;
      /** JSON text. */
      readonly event: string;
      readonly notes: readonly string[];
    }
  /** Read the records from the stream once more and have the function handle them. */
  | {
      readonly action: 'replay';
      readonly functionName: string;
      readonly batch: StreamBatch;
      readonly notes: readonly string[];
    }
  /** It stays in the queue. */
  | { readonly action: 'none'; readonly why: string };

/** What is lost with a function's records of a stream, and what is not. */
const WHAT_DEPENDS: Readonly<Record<string, string>> = {
  'settle-moved-devices':
    'A device that has moved is pending in its record, and reconcile-credentials gets to it within minutes. A record that has expired is told of here alone: send it again within a day, or the device’s thing and certificates stay in AWS IoT.',
  'publish-events': 'Other systems hear of these changes in no other way: send them again within a day.',
};

export function planRedrive(letter: Letter, { sentAtMs }: QueueMessage, stackName: string): RedrivePlan {
  switch (letter.kind) {
    case 'invocation':
      return { action: 'invoke', functionName: letter.functionName, event: letter.event, notes: [] };
    case 'stream':
      return {
        action: 'replay',
        functionName: letter.functionName,
        batch: letter.batch,
        notes: notesOn(letter.functionName),
      };
    case 'rule': {
      const built = buildRuleEvent(letter, stackName, sentAtMs);
      if ('why' in built) return { action: 'none', why: built.why };
      const { functionName, event, notes } = built;
      return { action: 'invoke', functionName, event: JSON.stringify(event), notes };
    }
    case 'unanswerable':
      return {
        action: 'none',
        why: 'There is nobody to answer, and no function that takes it: find its sender, and discard it',
      };
    case 'foreign':
      return { action: 'none', why: `${letter.error}: nothing is known that it could be sent to` };
  }
}

/** What to know about a function's stream records, before they are sent again or given up. */
export function notesOn(functionName: string): readonly string[] {
  const note = WHAT_DEPENDS[functionName];
  return note === undefined ? [] : [note];
}
