import type { Json } from '../json.ts';

/** Where a path begins: `$` is the data that its field works on, `$$` the context object, `$name` a variable. */
export type PathRoot =
  | { readonly kind: 'data' | 'context' }
  | { readonly kind: 'variable'; readonly name: string };

export type Selector =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'indices'; readonly indices: readonly number[] }
  | { readonly kind: 'slice'; readonly from: number | undefined; readonly to: number | undefined }
  | { readonly kind: 'wildcard' }
  | { readonly kind: 'filter'; readonly text: string; readonly holds: (value: Json) => boolean };

export interface Segment {
  /** Whether it selects at every depth: `..`. */
  readonly isDescent: boolean;
  readonly selector: Selector;
}

/** A path, compiled. https://docs.aws.amazon.com/step-functions/latest/dg/amazon-states-language-paths.html */
export interface Path {
  readonly text: string;
  readonly root: PathRoot;
  readonly segments: readonly Segment[];
  /** Whether it stands for one value; what it finds is an array else, which may be empty. */
  readonly isDefinite: boolean;
}

/** Whether a segment selects one value at most; several names are one object where they come last. */
export function isDefiniteSegment({ isDescent, selector }: Segment, isLast: boolean): boolean {
  if (isDescent) return false;
  switch (selector.kind) {
    case 'names':
      return selector.names.length === 1 || isLast;
    case 'indices':
      return selector.indices.length === 1;
    default:
      return false;
  }
}

/** Writes names and indices of a path as they stand in AWS's messages: `$['a'][0]`. */
export function canonicalText(segments: readonly Segment[]): string {
  const parts = segments.map(
    ({ isDescent, selector }) => `${isDescent ? '..' : ''}[${selectorText(selector)}]`,
  );
  return `$${parts.join('')}`;
}

function selectorText(selector: Selector): string {
  switch (selector.kind) {
    case 'names':
      return selector.names.map((name) => `'${name}'`).join(',');
    case 'indices':
      return selector.indices.join(',');
    case 'slice':
      return `${selector.from ?? ''}:${selector.to ?? ''}`;
    case 'wildcard':
      return '*';
    case 'filter':
      return '?';
  }
}
