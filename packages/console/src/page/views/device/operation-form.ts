import type { DeviceOperation, OperationRequest } from '../../../contract/device.ts';
import { isText, readNotBefore, readRetentionDays } from './operations.ts';

/** What is typed into the dialog of an operation. */
export interface OperationForm {
  readonly reason: string;
  readonly retentionDays: string;
  /** As a `datetime-local` input has it. */
  readonly notBefore: string;
  readonly legalHold: boolean;
  /** The device's id, for what cannot be undone. */
  readonly deviceId: string;
}

export const EMPTY_FORM: OperationForm = {
  reason: '',
  retentionDays: '',
  notBefore: '',
  legalHold: false,
  deviceId: '',
};

/** Without it, it is started with no reason. */
export const needsReason = (operation: DeviceOperation): boolean =>
  operation === 'decommission' || operation === 'hold' || operation === 'purge';

export const takesRetention = (operation: DeviceOperation): boolean =>
  operation === 'decommission' || operation === 'release';

const MAX_REASON = 1_024;

export interface FormFaults {
  readonly reason?: true;
  readonly retentionDays?: true;
  readonly notBefore?: true;
  /** What is typed is not the device's id. */
  readonly deviceId?: true;
}

interface Reading {
  /** What is to be mended, or still missing, before it can be asked for. */
  readonly faults: FormFaults;
  readonly request?: OperationRequest;
}

interface Circumstances {
  readonly deviceId: string;
  readonly requestId: string;
  /** Of the stack's clock, in epoch milliseconds. */
  readonly nowMs: number;
}

/** What is asked for by what is typed; nothing while there are faults. */
export function readForm(operation: DeviceOperation, form: OperationForm, around: Circumstances): Reading {
  const reason = form.reason.trim();
  const legalHold = operation === 'decommission' && form.legalHold;
  const retentionDays =
    takesRetention(operation) && !legalHold ? readRetentionDays(form.retentionDays) : undefined;
  const notBeforeMs = operation === 'decommission' ? readNotBefore(form.notBefore, around.nowMs) : undefined;
  const faults: FormFaults = {
    ...(!isReasonGood(operation, reason) && { reason: true }),
    ...(retentionDays === 'wrong' && { retentionDays: true }),
    ...(notBeforeMs === 'wrong' && { notBefore: true }),
    ...(!isDeviceNamed(operation, form, around) && { deviceId: true }),
  };
  if (retentionDays === 'wrong' || notBeforeMs === 'wrong' || Object.keys(faults).length > 0)
    return { faults };
  const asked = { reason, retentionDays, notBeforeMs, legalHold };
  return { faults, request: { operation, requestId: around.requestId, ...given(asked) } };
}

/** Without what was left open. */
const given = (asked: object): Omit<OperationRequest, 'operation' | 'requestId'> =>
  Object.fromEntries(
    Object.entries(asked).filter(([, value]) => value !== undefined && value !== '' && value !== false),
  );

const isReasonGood = (operation: DeviceOperation, reason: string): boolean =>
  reason === '' ? !needsReason(operation) : isText(reason, MAX_REASON);

/** What cannot be undone is asked for by the device's id, letter by letter. */
const isDeviceNamed = (operation: DeviceOperation, form: OperationForm, { deviceId }: Circumstances) =>
  operation !== 'purge' || form.deviceId.trim() === deviceId;
