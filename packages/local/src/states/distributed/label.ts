import { hash } from 'node:crypto';
import { FORBIDDEN_IN_NAMES, isName } from '../names.ts';

const MAX_LABEL_LENGTH = 40;
const HASH_DIGITS = 8;

/** Whether a text can be the label of a Distributed Map. */
export function isLabel(text: string): boolean {
  return isName(text, MAX_LABEL_LENGTH);
}

/** The label of a Map that has none of its own: its name, where that can be one; AWS makes one up too. */
export function labelOf(stateName: string, label: string | undefined): string {
  if (label !== undefined) return label;
  if (isLabel(stateName)) return stateName;
  const kept = stateName.replaceAll(FORBIDDEN_IN_NAMES, '').slice(0, MAX_LABEL_LENGTH - HASH_DIGITS - 1);
  return `${kept}-${hash('sha1', stateName).slice(0, HASH_DIGITS)}`;
}
