import type { ComponentChildren } from 'preact';

interface ButtonProps {
  readonly children: ComponentChildren;
  readonly onClick?: () => void;
  readonly type?: 'button' | 'submit';
  readonly tone?: 'plain' | 'primary' | 'danger';
  /** Something is under way: it cannot be pressed again, and keeps the focus. */
  readonly isBusy?: boolean;
  readonly isDisabled?: boolean;
  readonly title?: string;
  readonly label?: string;
}

export function Button({ children, onClick, type = 'button', tone = 'plain', ...others }: ButtonProps) {
  const { isBusy = false, isDisabled = false, title, label } = others;
  return (
    <button
      type={type}
      class={`button button-${tone}`}
      disabled={isDisabled}
      aria-disabled={isBusy}
      aria-busy={isBusy}
      title={title}
      aria-label={label}
      onClick={(event) => {
        if (isBusy) event.preventDefault();
        else onClick?.();
      }}
    >
      {children}
    </button>
  );
}
