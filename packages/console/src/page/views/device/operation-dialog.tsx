import { useState } from 'preact/hooks';
import type { DeviceAnswer, DeviceOperation, OperationStarted } from '../../../contract/device.ts';
import { send } from '../../api/client.ts';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { Effects } from './effects.tsx';
import {
  EMPTY_FORM,
  type FormFaults,
  needsReason,
  type OperationForm,
  readForm,
  takesRetention,
} from './operation-form.ts';
import { operationMessages } from './operation-messages.ts';
import type { StartedRequest } from './operation-note.tsx';
import { readRetentionDays } from './operations.ts';
import { stepMessages } from './step-messages.ts';

interface OperationDialogProps {
  readonly operation: DeviceOperation;
  readonly device: DeviceAnswer;
  readonly aheadMs: number;
  readonly onStarted: (started: StartedRequest) => void;
  readonly onClose: () => void;
}

/** Says what an operation will do, takes what it needs, and starts it. */
export function OperationDialog({ operation, device, aheadMs, onStarted, onClose }: OperationDialogProps) {
  const text = useMessages(operationMessages);
  const steps = useMessages(stepMessages);
  const { deviceId } = device;
  // Once a dialog: confirmed again after an answer that was lost, it has one effect.
  const [requestId] = useState(() => `console-${crypto.randomUUID()}`);
  const [form, setForm] = useState(EMPTY_FORM);
  const change = (part: Partial<OperationForm>) => setForm((before) => ({ ...before, ...part }));
  const nowMs = Date.now() + aheadMs;
  const { faults, request } = readForm(operation, form, { deviceId, requestId, nowMs });
  const action = useAction(async () => {
    if (request === undefined) return undefined;
    const path = `/devices/${encodeURIComponent(deviceId)}/operations`;
    const { executionArn } = await send<OperationStarted>('POST', path, request);
    return { deviceId, request, executionArn };
  });
  const days = takesRetention(operation) ? readRetentionDays(form.retentionDays) : undefined;
  const problemKind = action.problem?.kind;
  return (
    <ConfirmDialog
      title={text.titles[operation](deviceId)}
      confirmLabel={steps.operations[operation]}
      isDangerous={operation === 'decommission' || operation === 'purge'}
      isReady={request !== undefined}
      action={action}
      onDone={onStarted}
      onClose={onClose}
    >
      <Effects
        operation={operation}
        device={device}
        retentionDays={typeof days === 'number' ? days : undefined}
        legalHold={form.legalHold}
        notBeforeMs={request?.notBeforeMs}
        nowMs={nowMs}
      />
      <ReasonField isNeeded={needsReason(operation)} form={form} change={change} faults={faults} />
      {takesRetention(operation) && !form.legalHold && (
        <RetentionField
          form={form}
          change={change}
          faults={faults}
          hint={operation === 'release' ? text.releaseHint : text.retentionHint}
        />
      )}
      {operation === 'decommission' && <DecommissionFields form={form} change={change} faults={faults} />}
      {operation === 'purge' && <IdField label={text.typeId(deviceId)} form={form} change={change} />}
      {(problemKind === 'unreachable' || problemKind === 'failed') && (
        <p class="hint">{isDone(device, requestId) ? text.done : text.again}</p>
      )}
    </ConfirmDialog>
  );
}

/** Whether the record names the request: its answer was lost, and its effect is there. */
const isDone = ({ record: { decommission, hold, release } }: DeviceAnswer, requestId: string): boolean =>
  [decommission, hold, release].some((move) => move?.requestId === requestId);

interface FieldsProps {
  readonly form: OperationForm;
  readonly change: (part: Partial<OperationForm>) => void;
  readonly faults: FormFaults;
}

function ReasonField({ form, change, faults, isNeeded }: FieldsProps & { readonly isNeeded: boolean }) {
  const text = useMessages(operationMessages);
  return (
    <Field
      label={text.reason}
      hint={isNeeded ? text.reasonHint : text.optional}
      problem={form.reason !== '' && faults.reason ? text.reasonFault : undefined}
    >
      {(attributes) => (
        <input
          {...attributes}
          value={form.reason}
          required={isNeeded}
          autoComplete="off"
          onInput={({ currentTarget }) => change({ reason: currentTarget.value })}
        />
      )}
    </Field>
  );
}

function RetentionField({ form, change, faults, hint }: FieldsProps & { readonly hint: string }) {
  const text = useMessages(operationMessages);
  return (
    <Field label={text.retention} hint={hint} problem={faults.retentionDays && text.retentionFault}>
      {(attributes) => (
        <input
          {...attributes}
          value={form.retentionDays}
          inputMode="decimal"
          autoComplete="off"
          onInput={({ currentTarget }) => change({ retentionDays: currentTarget.value })}
        />
      )}
    </Field>
  );
}

function IdField({ label, form, change }: Omit<FieldsProps, 'faults'> & { readonly label: string }) {
  return (
    <Field label={label}>
      {(attributes) => (
        <input
          {...attributes}
          class="mono"
          value={form.deviceId}
          autoComplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => change({ deviceId: currentTarget.value })}
        />
      )}
    </Field>
  );
}

function DecommissionFields({ form, change, faults }: FieldsProps) {
  const text = useMessages(operationMessages);
  return (
    <>
      <Field
        label={text.notBefore}
        hint={text.notBeforeHint}
        problem={faults.notBefore && text.notBeforeFault}
      >
        {(attributes) => (
          <input
            {...attributes}
            type="datetime-local"
            value={form.notBefore}
            onInput={({ currentTarget }) => change({ notBefore: currentTarget.value })}
          />
        )}
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={form.legalHold}
          onChange={({ currentTarget }) => change({ legalHold: currentTarget.checked })}
        />
        {text.legalHold}
      </label>
    </>
  );
}
