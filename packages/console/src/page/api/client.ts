import type { Problem, ProblemKind } from '../../contract/problem.ts';
import { partsOf } from './parts-of.ts';
import { authorization } from './token.ts';

/** What the server answers in place of what was asked for; `unreachable` also where there is no server any more. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly kind: ProblemKind;

  constructor({ kind, message }: Problem) {
    super(message);
    this.kind = kind;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The path of the API with its query; what is undefined is left out. */
export function pathOf(path: string, query: Query = {}): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(entries.map(([name, value]) => [name, String(value)]));
  return entries.length === 0 ? path : `${path}?${search}`;
}

/** `path`: below `/api`, as in `/session`. @throws ApiProblem */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api${path}`, { ...init, headers: { ...authorization(), ...init.headers } });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    throw new ApiProblem({
      kind: 'unreachable',
      message: 'The console does not answer: see in the terminal whether it still runs.',
    });
  }
  if (response.ok) return response;
  throw new ApiProblem(await problemIn(response));
}

/** Of an answer that is no JSON. */
export const withoutWord = (status: number): Problem => ({
  kind: 'failed',
  message: `The console has answered ${status}, without a word.`,
});

async function problemIn(response: Response): Promise<Problem> {
  try {
    return await response.json();
  } catch {
    return withoutWord(response.status);
  }
}

/** @throws ApiProblem */
export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await request(path, signal === undefined ? {} : { signal });
  return response.json();
}

/** Changes something. @throws ApiProblem */
export async function send<T>(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  body: unknown = {},
): Promise<T> {
  const headers = { 'content-type': 'application/json' };
  const response = await request(path, { method, headers, body: JSON.stringify(body) });
  return response.json();
}

/**
 * The JSON lines of a response as they come. A line `{problem}` ends it, since a response that has begun can fail in no
 * other way. @throws ApiProblem
 */
export async function* linesOf<T>(response: Response): AsyncGenerator<T> {
  for await (const line of partsOf(response, '\n')) {
    if (line === '') continue;
    const parsed = JSON.parse(line);
    if (parsed.problem !== undefined) throw new ApiProblem(parsed.problem);
    yield parsed;
  }
}
