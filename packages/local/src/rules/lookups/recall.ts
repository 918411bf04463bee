import { RuleEvaluationError } from '../rule-error.ts';
import type { Value } from '../value.ts';
import type { LookupRequest } from './request.ts';

/** The evaluation needs an answer first. */
class Pending extends Error {
  readonly request: LookupRequest;

  constructor(request: LookupRequest) {
    super(`no answer yet to ${request.kind}`);
    this.request = request;
  }
}

/** Throws {@link RuleEvaluationError} where a service does not answer as it should. */
export type LookUp = (request: LookupRequest) => Promise<Value>;

type Answer = { readonly value: Value } | { readonly error: RuleEvaluationError };

/**
 * What an evaluation has learnt from elsewhere, in order. Statements are evaluated in one go, for most of them wait for
 * nothing; one that has to wait is evaluated again from the start once there is an answer, and comes to the same point.
 */
export class Recall {
  readonly #answers: Answer[] = [];
  #position = 0;
  #hasItem = false;

  /** The answer to a request; the evaluation ends there when there is none yet. */
  lookUp(request: LookupRequest): Value {
    if (request.kind === 'getItem') this.#countItem();
    const answer = this.#answers[this.#position];
    if (answer === undefined) throw new Pending(request);
    this.#position += 1;
    if ('error' in answer) throw answer.error;
    return answer.value;
  }

  /** A value that would be another one the next time. */
  once(make: () => Value): Value {
    const position = this.#position;
    this.#position += 1;
    this.#answers[position] ??= { value: make() };
    const answer = this.#answers[position];
    return 'value' in answer ? answer.value : undefined;
  }

  /** Evaluates, as often as there are answers to wait for. Rejects with {@link RuleEvaluationError}. */
  async settle<T>(evaluate: () => T, lookUp: LookUp): Promise<T> {
    for (;;) {
      this.#position = 0;
      this.#hasItem = false;
      try {
        return evaluate();
      } catch (error) {
        if (!(error instanceof Pending)) throw error;
        this.#answers.push(await answerTo(error.request, lookUp));
      }
    }
  }

  /** "Calling get_dynamodb() multiple times in a single SQL statement causes the rule to terminate." */
  #countItem(): void {
    if (this.#hasItem) throw new RuleEvaluationError('get_dynamodb may be called once in a statement');
    this.#hasItem = true;
  }
}

async function answerTo(request: LookupRequest, lookUp: LookUp): Promise<Answer> {
  try {
    return { value: await lookUp(request) };
  } catch (error) {
    if (!(error instanceof RuleEvaluationError)) throw error;
    return { error };
  }
}
