/**
 * What can go wrong, by name. The names are a contract: `ErrorEquals` in the state machines, `code` in rejected
 * messages and the fields of saved queries match them, so each is a literal that no minifier can change.
 */

interface LifecycleErrorOptions extends ErrorOptions {
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Line breaks, escape sequences of terminals, and what turns the direction of a text round. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A message may tell what somebody has sent, and goes to terminals and tickets: it cannot pass for more than a text. */
export const printable = (message: string): string =>
  message.toWellFormed().replaceAll(UNPRINTABLE, escapeOf);

/** No id of a device is longer, and one that is none is told no further. */
export const MAX_DEVICE_ID_LENGTH = 128;

/** The base of every error that the service raises on purpose. */
export abstract class LifecycleError extends Error {
  abstract override readonly name: string;
  /** Whether the same request may succeed when it is simply tried again. */
  abstract readonly retryable: boolean;
  /** Facts for the log. Never sent to devices. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, { details = {}, ...options }: LifecycleErrorOptions = {}) {
    super(printable(message), options);
    this.details = details;
  }
}

/** An answer, not a fault: the request is understood and refused, and repeating it changes nothing. */
export abstract class Rejection extends LifecycleError {
  readonly retryable = false;
}

/** A passing fault of what the service stands on: try again later. */
export abstract class TransientFault extends LifecycleError {
  readonly retryable = true;
}

export class InvalidInput extends Rejection {
  readonly name = 'InvalidInput';
}

export class DeviceIdMismatch extends Rejection {
  readonly name = 'DeviceIdMismatch';

  constructor(deviceId: string, clientId: string) {
    super(
      `This topic belongs to the device "${deviceId.slice(0, MAX_DEVICE_ID_LENGTH)}", but you are connected as "${clientId}". ` +
        'Publish under devices/{your client id}/.',
      { details: { clientId } },
    );
  }
}

export class DeviceNotFound extends Rejection {
  readonly name = 'DeviceNotFound';

  constructor(deviceId: string) {
    super(`There is no device "${deviceId}". Register it first.`);
  }
}

export class DeviceDecommissioned extends Rejection {
  readonly name = 'DeviceDecommissioned';

  constructor(deviceId: string) {
    super(`The device "${deviceId}" is decommissioned. Ask an operator to restore it.`);
  }
}

/** For a request that asks for more than that the device be out of service, which alone would be a success. */
export class AlreadyDecommissioned extends Rejection {
  readonly name = 'AlreadyDecommissioned';

  constructor(deviceId: string, ttlEpochSeconds: number) {
    super(
      `The device "${deviceId}" is decommissioned already, without a legal hold, until ` +
        `${new Date(ttlEpochSeconds * 1000).toISOString()}. Put it under legal hold with hold-device.`,
      { details: { ttl: ttlEpochSeconds } },
    );
  }
}

export class DeviceAlreadyRegistered extends Rejection {
  readonly name = 'DeviceAlreadyRegistered';

  constructor(deviceId: string) {
    super(
      `The device "${deviceId}" is registered with other data. Publish to its update topic to change it.`,
    );
  }
}

export class IdentifierTaken extends Rejection {
  readonly name = 'IdentifierTaken';

  constructor(attribute: string, value: string, owner: string) {
    super(
      `The ${attribute} "${value}" belongs to another device. Check the value; ` +
        'if it is right, ask an operator to release it from the other device.',
      { details: { attribute, value, owner } },
    );
  }
}

export class StaleVersion extends Rejection {
  readonly name = 'StaleVersion';

  constructor(deviceId: string, expected: number, current: number) {
    super(
      `The device "${deviceId}" is at version ${current}, not ${expected}. ` +
        'Repeat the change on top of the current version.',
      { details: { expected, current } },
    );
  }
}

export class StaleRequest extends Rejection {
  readonly name = 'StaleRequest';

  constructor(deviceId: string) {
    super(
      `A later request has changed the device "${deviceId}" since this one was made. ` +
        'Send it again if it is still wanted.',
    );
  }
}

export class RetentionExpired extends Rejection {
  readonly name = 'RetentionExpired';

  constructor(deviceId: string, ttlEpochSeconds: number) {
    super(
      `The retention of the device "${deviceId}" ended at ${new Date(ttlEpochSeconds * 1000).toISOString()}: ` +
        'it cannot come back. Register it as a new device.',
      { details: { ttl: ttlEpochSeconds } },
    );
  }
}

export class UnderLegalHold extends Rejection {
  readonly name = 'UnderLegalHold';

  constructor(deviceId: string) {
    super(
      `The record of the device "${deviceId}" is under legal hold and must not be removed. ` +
        'Lift the hold with release-device first, if you may.',
    );
  }
}

/** For a request that makes sense for a decommissioned device alone. */
export class DeviceInService extends Rejection {
  readonly name = 'DeviceInService';

  constructor(deviceId: string) {
    super(
      `The device "${deviceId}" is in service: nothing of it expires. ` +
        'To keep its record when it leaves, decommission it with legalHold.',
    );
  }
}

export class TransactionConflict extends TransientFault {
  readonly name = 'TransactionConflict';
}

export class Throttled extends TransientFault {
  readonly name = 'Throttled';
}

/** Somebody else works on the device's certificates, for a minute at the most. */
export class CredentialsBusy extends TransientFault {
  readonly name = 'CredentialsBusy';

  constructor(deviceId: string) {
    super(`The credentials of the device "${deviceId}" are being worked on. Try again.`);
  }
}

/** Somebody else removes what is left of the device, for a minute at the most. */
export class PurgeBusy extends TransientFault {
  readonly name = 'PurgeBusy';

  constructor(deviceId: string) {
    super(`What is left of the device "${deviceId}" is being removed. Try again.`);
  }
}

/** AWS IoT has answered that it detaches, and has not done so yet. */
export class StillAttached extends TransientFault {
  readonly name = 'StillAttached';

  constructor(deviceId: string) {
    super(`AWS IoT has not yet detached all certificates of the thing "${deviceId}". Try again.`);
  }
}

/** An AWS service failed or did not answer: whether it has done what it was asked to is not known. */
export class ServiceUnavailable extends TransientFault {
  readonly name = 'ServiceUnavailable';
}

/** The bus takes an event at no time: a permission is missing, or it is too large. */
export class EventRefused extends LifecycleError {
  readonly name = 'EventRefused';
  readonly retryable = false;
}

/** The tables contradict each other: an invariant is broken, and a person has to look. */
export class IntegrityViolation extends LifecycleError {
  readonly name = 'IntegrityViolation';
  readonly retryable = false;
}

/** The deployment lacks a setting, or has a wrong one. */
export class ConfigurationError extends LifecycleError {
  readonly name = 'ConfigurationError';
  readonly retryable = false;
}
