import type { SupportEntry } from './support.ts';

/**
 * Something that AWS's documentation leaves open, or contradicts itself about, or that AWS was seen to do otherwise,
 * and what is done here.
 */
export interface Undocumented {
  /** AWS's name for it where it has one, else a few words. */
  readonly name: string;
  readonly decision: string;
  readonly reason: string;
}

/** As the support checklist has it. */
export function openEntry({ name, decision, reason }: Undocumented): SupportEntry {
  return { name, status: 'unconfirmed', note: `${decision}: ${reason}.` };
}
