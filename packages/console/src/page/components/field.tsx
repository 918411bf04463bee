import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProps {
  readonly label: string;
  /** Below the input. */
  readonly hint?: ComponentChildren;
  readonly problem?: string | undefined;
  readonly children: (attributes: {
    readonly id: string;
    readonly 'aria-describedby'?: string;
    readonly 'aria-invalid'?: boolean;
  }) => ComponentChildren;
}

/** An input with its label, its hint and what is wrong with it. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId();
  const noteId = `${id}-note`;
  const hasNote = hint !== undefined || problem !== undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(hasNote && { 'aria-describedby': noteId }),
        ...(problem !== undefined && { 'aria-invalid': true }),
      })}
      {hasNote && (
        <p class={problem === undefined ? 'hint' : 'hint hint-bad'} id={noteId}>
          {problem ?? hint}
        </p>
      )}
    </div>
  );
}
