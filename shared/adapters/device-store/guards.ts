import { type Claim, guardId } from '../../domain/identifiers.ts';
import type { IdentifierTakenOutcome } from '../../ports.ts';
import { type Item, toItem } from './records.ts';
import type { CancelledTransaction } from './transact.ts';

/** The guard of a claim, as it is put; `rest` is what it remembers besides its owner. */
export const claimGuard = (claim: Claim, deviceId: string, rest: object = {}): Item =>
  toItem({ id: guardId(claim), deviceId, ...rest });

/** The first of `claims` whose guard, from position `first` of the transaction on, is another's. */
export function identifierTaken(
  claims: readonly Claim[],
  failed: CancelledTransaction['failed'],
  first: number,
): IdentifierTakenOutcome | undefined {
  for (const [index, claim] of claims.entries()) {
    const owner = failed.get(first + index)?.existing?.['deviceId']?.S;
    if (owner !== undefined) return { outcome: 'identifierTaken', ...claim, owner };
  }
  return undefined;
}
