import { CliError } from '@device-lifecycle/operator/errors.ts';
import { explain, kindOf } from '@device-lifecycle/operator/explain.ts';
import { asClause } from '@device-lifecycle/operator/output/sentence.ts';
import type { Stack } from '@device-lifecycle/operator/stack.ts';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import * as z from 'zod';
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
  const kind = kindOf(error);
  return { kind, message: inConsole(kind, error, explain(error, stack)) };
}

/** Options that say which stack it is, and whose credentials. */
const OF_START = /--(stage|region|profile|local)\b/;

/** `message` is in devicectl's words, whose options and commands the page does not have. */
function inConsole(kind: ProblemKind, error: unknown, message: string): string {
  if (kind === 'throttled' && error instanceof Error && !(error instanceof CliError)) {
    return `AWS turns calls away for now (${asClause(error.message)}): wait a little and try again; a run of a fleet can be made slower on its page.`;
  }
  if (!OF_START.test(message)) return message;
  return `${message} Options are given when the console is started: end it in its terminal, and start it again.`;
}

export const statusOf = ({ kind }: Problem): ContentfulStatusCode => STATUS[kind];
