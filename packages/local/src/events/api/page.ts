import type { Members } from '../../protocol/members.ts';
import { type Page, pageOf as pageBy } from '../../protocol/page.ts';

/** The members of a request for a page. */
export const PAGE_MEMBERS = ['Limit', 'NextToken'] as const;

const NAMES = { size: 'Limit', token: 'NextToken', next: 'NextToken', defaultSize: 100, maxSize: 100 };

/** A page of what is listed, by `Limit` and `NextToken`. Throws `ValidationException`. */
export const pageOf = <T>(all: readonly T[], request: Members): Page<T> => pageBy(all, request, NAMES);
