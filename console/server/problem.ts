import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as z from 'zod';
import { explain, kindOf } from '../../cli/explain.ts';
import type { Stack } from '../../cli/stack.ts';
import type { Problem, ProblemKind } from '../contract/problem.ts';
import { ApiError } from './api-error.ts';

const STATUS: Readonly<Record<ProblemKind, ContentfulStatusCode>> = {
  token: 401,
  readOnly: 403,
  foreign: 403,
  forbidden: 403,
  credentials: 403,
  unreachable: 502,
  throttled: 503,
  notFound: 404,
  noStack: 404,
  invalid: 400,
  failed: 500,
};

/** What the page is told of an error, in words for the operator. */
export function problemOf(error: unknown, stack: Stack): Problem {
  if (error instanceof ApiError) return { kind: error.kind, message: error.message };
  if (error instanceof z.ZodError) return { kind: 'invalid', message: z.prettifyError(error) };
  return { kind: kindOf(error), message: explain(error, stack) };
}

export const statusOf = ({ kind }: Problem): ContentfulStatusCode => STATUS[kind];
