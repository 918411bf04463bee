import { hash } from 'node:crypto';

const MAX_LABEL_LENGTH = 40;
const HASH_DIGITS = 8;

/** What a label may not hold: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html */
const FORBIDDEN = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;

/** Whether a text can be the label of a Distributed Map. */
export function isLabel(text: string): boolean {
  return text.length > 0 && text.length <= MAX_LABEL_LENGTH && text.search(FORBIDDEN) === -1;
}

/** The label of a Map that has none of its own: its name, where that can be one; AWS makes one up too. */
export function labelOf(stateName: string, label: string | undefined): string {
  if (label !== undefined) return label;
  if (isLabel(stateName)) return stateName;
  const kept = stateName.replaceAll(FORBIDDEN, '').slice(0, MAX_LABEL_LENGTH - HASH_DIGITS - 1);
  return `${kept}-${hash('sha1', stateName).slice(0, HASH_DIGITS)}`;
}
