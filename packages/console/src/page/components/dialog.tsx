import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Action } from '../api/use-action.ts';
import { formatNumber } from '../i18n/format.ts';
import { defineMessages, useMessages } from '../i18n/locale.ts';
import { Button } from './button.tsx';
import { Field } from './field.tsx';
import { ProblemNote } from './states.tsx';

const messages = defineMessages({
  en: { cancel: 'Cancel', typeNumber: (count: string) => `Type the number of devices, ${count}, to go on` },
  ja: {
    cancel: 'キャンセル',
    typeNumber: (count: string) => `続けるには、デバイス数 ${count} を入力してください`,
  },
});

/** As devicectl has it: for so many, "yes" is said too easily. */
const TYPE_NUMBER_ABOVE = 100;

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog; Escape closes it, and the focus goes back to where it was. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isGone = useRef(false);
  const titleId = useId();
  useEffect(() => {
    const before = document.activeElement;
    const element = dialog.current;
    element?.showModal();
    return () => {
      isGone.current = true;
      // As long as it is open, nothing around it takes the focus.
      element?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog ref={dialog} class="dialog" aria-labelledby={titleId} onClose={() => isGone.current || onClose()}>
      <h2 id={titleId}>{title}</h2>
      {children}
    </dialog>
  );
}

interface ConfirmDialogProps<T> {
  readonly title: string;
  /** What will happen. */
  readonly children: ComponentChildren;
  readonly confirmLabel: string;
  readonly isDangerous?: boolean;
  /** How many devices it is about; above a hundred, their number has to be typed. */
  readonly count?: number;
  /** How the number is asked for, where it is not of devices. */
  readonly typeNumber?: (count: string) => string;
  readonly isReady?: boolean;
  readonly action: Action<readonly [], T>;
  readonly onDone: (result: T) => void;
  readonly onClose: () => void;
}

/** Says what will happen, and has it done when that is meant. It stays with its problem when it fails. */
export function ConfirmDialog<T>(props: ConfirmDialogProps<T>) {
  const { title, children, confirmLabel, isDangerous = false, count = 1, isReady = true } = props;
  const { action, onDone, onClose } = props;
  const text = useMessages(messages);
  const { typeNumber = text.typeNumber } = props;
  const [typed, setTyped] = useState('');
  const hasToType = count > TYPE_NUMBER_ABOVE;
  const isMeant = !hasToType || typed.replaceAll(/[\s,.'_]/g, '') === String(count);
  const confirm = async () => {
    const result = await action.run();
    if (result !== undefined) onDone(result);
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isMeant && isReady) void confirm();
        }}
      >
        {children}
        {hasToType && (
          <Field label={typeNumber(formatNumber(count))}>
            {(attributes) => (
              <input
                {...attributes}
                value={typed}
                inputMode="numeric"
                autoComplete="off"
                onInput={({ currentTarget }) => setTyped(currentTarget.value)}
              />
            )}
          </Field>
        )}
        {action.problem !== undefined && <ProblemNote problem={action.problem} />}
        <div class="dialog-buttons">
          <Button onClick={onClose}>{text.cancel}</Button>
          <Button
            type="submit"
            tone={isDangerous ? 'danger' : 'primary'}
            isBusy={action.isRunning}
            isDisabled={!isMeant || !isReady}
          >
            {confirmLabel}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
