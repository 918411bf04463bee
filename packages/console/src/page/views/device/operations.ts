import type { DeviceAnswer, DeviceOperation } from '../../../contract/device.ts';

/** Why an operation makes no sense for a device as it is. */
export type Obstacle =
  | 'unknown'
  | 'inService'
  | 'outOfService'
  | 'expired'
  | 'purging'
  | 'held'
  | 'notHeld'
  | 'purgeNeedsRelease';

type Standing = Pick<DeviceAnswer, 'state' | 'isHeld'>;

/** What can be done with a device, in the order in which it is offered. */
export const OPERATIONS: readonly DeviceOperation[] = ['decommission', 'restore', 'hold', 'release', 'purge'];

/** What stands in the way of an operation; nothing where it can be asked for. */
export function obstacleTo(operation: DeviceOperation, { state, isHeld }: Standing): Obstacle | undefined {
  if (state === 'active') return operation === 'decommission' ? undefined : 'inService';
  if (state !== 'decommissioned') return state;
  switch (operation) {
    case 'decommission':
      return 'outOfService';
    case 'restore':
      return undefined;
    case 'hold':
      return isHeld ? 'held' : undefined;
    case 'release':
      return isHeld ? undefined : 'notHeld';
    case 'purge':
      return isHeld ? 'purgeNeedsRelease' : undefined;
  }
}

/** What to do after a failure: docs/messages.md has the table. */
export type Advice = 'mend' | 'again' | 'look' | 'setting';

const ADVICE: readonly (readonly [error: RegExp, advice: Advice])[] = [
  [/^IntegrityViolation$/, 'look'],
  [/^ConfigurationError$/, 'setting'],
];

/** `isOpen`: it may have been carried out all the same. */
export function adviceFor({ error, isOpen }: { readonly error: string; readonly isOpen: boolean }): Advice {
  if (isOpen) return 'again';
  return ADVICE.find(([pattern]) => pattern.test(error))?.[1] ?? 'mend';
}

/** What is to happen later is days away. */
const POLLS_UNTIL_LATER = 4;

/** How often an execution is asked for, in polls; nothing where it has ended. `status`: undefined before it is known. */
export function pollsOf(status: string | undefined): number | undefined {
  if (status === undefined || status === 'RUNNING' || status === 'PENDING_REDRIVE') return 1;
  return status === 'SCHEDULED' ? POLLS_UNTIL_LATER : undefined;
}

/** As the state machines take a text: code points, and none that control or are halves. */
export const isText = (text: string, maxLength: number): boolean =>
  text !== '' && [...text].length <= maxLength && /^[^\p{Cc}\p{Cs}]*$/u.test(text);

const MAX_RETENTION_DAYS = 36_500;

/** The days of a retention as they are typed; nothing typed is left to the stack. */
export function readRetentionDays(typed: string): number | undefined | 'wrong' {
  if (typed.trim() === '') return undefined;
  const days = Number(typed);
  return days > 0 && days <= MAX_RETENTION_DAYS ? days : 'wrong';
}

const MAX_AHEAD_MS = 364 * 86_400_000;

/** The moment of a `datetime-local` input, in epoch milliseconds. `nowMs`: of the stack's clock. */
export function readNotBefore(typed: string, nowMs: number): number | undefined | 'wrong' {
  if (typed === '') return undefined;
  const atMs = new Date(typed).getTime();
  return atMs > nowMs && atMs <= nowMs + MAX_AHEAD_MS ? atMs : 'wrong';
}
