import type { Letter, QueueMessage } from './letter.ts';
import { planRedrive } from './plan-redrive.ts';
import { targetOf } from './target.ts';

/** What JSON says of a letter. A contract: see docs/operations.md. */
export interface LetterSummary {
  readonly messageId: string;
  /** When it came into the queue: ISO 8601. */
  readonly sentAt: string;
  readonly kind: Letter['kind'];
  readonly functionName?: string;
  readonly ruleName?: string;
  readonly deviceId?: string;
  readonly topic?: string;
  readonly error: string;
  readonly tries?: number;
  /** Whether `redrive` would send it. */
  readonly canBeRedriven: boolean;
}

export function summarise(letter: Letter, message: QueueMessage, stackName: string): LetterSummary {
  const { kind, error, deviceId, topic, tries } = letter;
  const functionName = targetOf(letter, stackName);
  return {
    messageId: message.messageId,
    sentAt: new Date(message.sentAtMs).toISOString(),
    kind,
    ...(functionName !== undefined && { functionName }),
    ...(letter.kind === 'rule' && { ruleName: letter.ruleName }),
    ...(deviceId !== undefined && { deviceId }),
    ...(topic !== undefined && { topic }),
    error,
    ...(tries !== undefined && { tries }),
    canBeRedriven: planRedrive(letter, message, stackName).action !== 'none',
  };
}
