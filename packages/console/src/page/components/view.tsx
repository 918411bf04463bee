import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useSession } from '../session.ts';

interface ViewProps {
  readonly title: string;
  /** What the tab is called, where the title does not say enough. */
  readonly documentTitle?: string;
  /** A sentence below the title. */
  readonly lead?: ComponentChildren;
  /** Buttons beside the title. */
  readonly actions?: ComponentChildren;
  readonly children: ComponentChildren;
}

let isFirst = true;

/** Puts the focus on the title of the view, when what had it has gone. */
export const focusTitle = (): void => document.querySelector<HTMLElement>('main h1')?.focus();

/** A view: its title is the document's unless another is given, and what a screen reader hears first when one comes to it. */
export function View({ title, documentTitle = title, lead, actions, children }: ViewProps) {
  const { stackName } = useSession();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${documentTitle} · ${stackName}`;
  }, [documentTitle, stackName]);
  useEffect(() => {
    if (!isFirst) heading.current?.focus();
    isFirst = false;
  }, []);
  return (
    <div class="view">
      <div class="view-head">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {actions !== undefined && <div class="actions">{actions}</div>}
      </div>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </div>
  );
}
