import type { ComponentChildren } from 'preact';

export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info';

interface BadgeProps {
  readonly children: ComponentChildren;
  readonly tone?: Tone;
  readonly title?: string;
}

/** A word about a state. Its colour says nothing that the word does not. */
export function Badge({ children, tone = 'plain', title }: BadgeProps) {
  return (
    <span class={`badge badge-${tone}`} title={title}>
      {children}
    </span>
  );
}
