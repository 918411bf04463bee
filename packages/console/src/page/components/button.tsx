import type { ComponentChildren } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly type?: 'button' | 'submit';
  readonly tone?: 'plain' | 'primary' | 'danger';
  /** Something is under way: it cannot be pressed again, and keeps the focus. */
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  /** Why it cannot be pressed now, for everybody to find out: it keeps the focus. */
  readonly unavailable?: string | undefined;
  readonly title?: string;
  readonly label?: string;
}

export function Button({ children, onClick, type = 'button', tone = 'plain', ...others }: ButtonProps) {
  const { isBusy = false, isDisabled = false, unavailable, title = unavailable, label } = others;
  const isIdle = isBusy || unavailable !== undefined;
  return (
    <button
      type={type}
      class={`button button-${tone}`}
      disabled={isDisabled}
      aria-disabled={isIdle}
      aria-busy={isBusy}
      aria-description={unavailable}
      title={title}
      aria-label={label}
      onClick={(event) => {
        if (isIdle) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </button>
  );
}
