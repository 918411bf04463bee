import { useState } from 'preact/hooks';
import { useAction } from '../../api/use-action.ts';
import { ConfirmDialog } from '../../components/dialog.tsx';
import { Field } from '../../components/field.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { useMessages } from '../../i18n/locale.ts';
import { useSession } from '../../session.ts';
import { letterMessages } from './messages.ts';
import type { DealKind } from './use-deal.ts';

interface DealDialogProps {
  readonly kind: DealKind;
  /** Letters. */
  readonly count: number;
  /** Of them, those that cannot be sent again. */
  readonly stayingCount: number;
  /** `reason`: of a discarding. */
  readonly onMeant: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks whether letters are to be sent again or discarded, and for what reason. */
export function DealDialog({ kind, count, stayingCount, onMeant, onClose }: DealDialogProps) {
  const text = useMessages(letterMessages);
  const { stackName } = useSession();
  const [reason, setReason] = useState('');
  const action = useAction(async () => true);
  const isDiscard = kind === 'discard';
  const number = formatNumber(count);
  return (
    <ConfirmDialog
      title={isDiscard ? text.discardTitle(number) : text.redriveTitle(number)}
      confirmLabel={isDiscard ? text.discard(number) : text.redrive(number)}
      isDangerous={isDiscard}
      count={count}
      typeNumber={text.typeNumber}
      isReady={!isDiscard || reason.trim() !== ''}
      action={action}
      onDone={() => onMeant(reason.trim())}
      onClose={onClose}
    >
      <p>{isDiscard ? text.discardText(`/${stackName}/discarded-dead-letters`) : text.redriveText}</p>
      {!isDiscard && stayingCount > 0 && (
        <p>
          <strong>{text.staying(formatNumber(stayingCount), number)}</strong>
        </p>
      )}
      {isDiscard && (
        <Field label={text.reason} hint={text.reasonHint}>
          {(attributes) => (
            <input
              {...attributes}
              value={reason}
              maxLength={1_024}
              required
              onInput={({ currentTarget }) => setReason(currentTarget.value)}
            />
          )}
        </Field>
      )}
    </ConfirmDialog>
  );
}
