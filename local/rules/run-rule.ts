import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import { type ActionCall, ActionFailure, type ActionInput, type CompiledAction } from './actions/action.ts';
import { inWords } from './actions/describe-failure.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { Evaluation } from './compile-statement.ts';
import type { EvaluateRule } from './lookups/evaluate-rule.ts';
import { RuleEvaluationError } from './rule-error.ts';
import type { RuleLog } from './rule-log.ts';
import type { MessageContext, Scope } from './scope.ts';

/** AWS says that it tries again after intermittent errors, not how often; this is ours, kept short. */
export const RETRY_DELAYS_MS: readonly number[] = [50, 200];

/** One of the failures that an error action is told of. Source: "Error handling (error action)". */
interface Failure {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}

/** Runs rules for messages. */
export class RuleRunner {
  readonly #clock: Clock;
  readonly #log: RuntimeLog;
  readonly #ruleLog: RuleLog;

  constructor(clock: Clock, log: RuntimeLog, ruleLog: RuleLog) {
    this.#clock = clock;
    this.#log = log;
    this.#ruleLog = ruleLog;
  }

  /** Evaluates the statement and, where it selects, runs the actions, side by side as AWS does. */
  async run(rule: CompiledRule, message: MessageContext): Promise<void> {
    this.#ruleLog.matched(rule, message);
    const outcome = this.#evaluate(rule, message);
    const evaluation = outcome instanceof Promise ? await outcome : outcome;
    if (evaluation === undefined) return;

    const input = actionInput(evaluation);
    const failures = await this.#executeAll(rule, input);
    if (failures.length > 0) await this.#fail(rule, evaluation.scope, failures);
  }

  /** Most rules have one action. */
  async #executeAll(rule: CompiledRule, input: ActionInput): Promise<readonly Failure[]> {
    const { 0: first, length } = rule.actions;
    const outcomes =
      length === 1 && first !== undefined
        ? [await this.#execute(rule, first, input)]
        : await Promise.all(rule.actions.map((action) => this.#execute(rule, action, input)));
    return outcomes.filter((failure) => failure !== undefined);
  }

  #evaluate(rule: CompiledRule, message: MessageContext): ReturnType<EvaluateRule> {
    try {
      const outcome = rule.evaluate(message, (trace, error) =>
        this.#ruleLog.lookedUp(rule, message, trace, error),
      );
      return outcome instanceof Promise
        ? outcome.catch((error) => this.#unevaluated(rule, message, error))
        : outcome;
    } catch (error) {
      return this.#unevaluated(rule, message, error);
    }
  }

  /** SQL that can't be evaluated is logged; it triggers no error action. */
  #unevaluated(rule: CompiledRule, message: MessageContext, error: unknown): undefined {
    if (!(error instanceof RuleEvaluationError)) throw error;
    this.#log.warn(`Rule ${rule.ruleName} could not be evaluated for ${message.topic}: ${error.message}`);
    this.#ruleLog.failed(rule, message, { details: error.message });
    return undefined;
  }

  async #execute(
    rule: CompiledRule,
    action: CompiledAction,
    input: ActionInput,
  ): Promise<Failure | undefined> {
    const { message } = input.scope;
    this.#ruleLog.starting(rule, message, action);
    const call = prepare(action, input);
    const error = await this.#attempt(call);
    const { failedAction, resourceName } = action;
    const { resource, resources = { [resourceName]: resource } } = call;
    const execution = { ruleAction: failedAction, resources };
    if (error === undefined) {
      this.#ruleLog.executed(rule, message, execution);
      return undefined;
    }
    const words = error instanceof ActionFailure ? inWords(error.message) : call.describe(error);
    const { errorMessage, details } = words;
    this.#ruleLog.failed(rule, message, { execution, details });
    this.#log.warn(
      `Rule ${rule.ruleName}: ${failedAction} on ${resource} failed: ${errorMessage}${adviceOf(error)}`,
    );
    return { failedAction, failedResource: resource, errorMessage };
  }

  async #attempt({ run }: ActionCall): Promise<Error | undefined> {
    for (let tries = 0; ; tries += 1) {
      try {
        await run();
        return undefined;
      } catch (thrown) {
        const error = thrown instanceof Error ? thrown : new Error(String(thrown));
        const delayMs = RETRY_DELAYS_MS[tries];
        if (delayMs === undefined || isFinal(error)) return error;
        await this.#clock.sleep(delayMs);
      }
    }
  }

  /** One message for the rule and the message, whatever number of actions failed. */
  async #fail(rule: CompiledRule, scope: Scope, failures: readonly Failure[]): Promise<void> {
    if (rule.errorAction === undefined) return;

    const { topic, traceId, clientId, payload } = scope.message;
    const body = {
      ruleName: rule.ruleName,
      topic,
      cloudwatchTraceId: traceId ?? randomUUID(),
      clientId,
      base64OriginalPayload: payload.toString('base64'),
      failures,
    };
    const failure = await this.#execute(rule, rule.errorAction, {
      payload: Buffer.from(JSON.stringify(body)),
      isJson: true,
      scope,
    });
    if (failure !== undefined) {
      this.#log.error(
        `Rule ${rule.ruleName}: the error action failed as well, and a message on ${topic} is lost`,
      );
    }
  }
}

/** Templates that can't be evaluated are a failure of the action. */
function prepare(action: CompiledAction, input: ActionInput): ActionCall {
  try {
    return action.prepare(input);
  } catch (error) {
    if (!(error instanceof RuleEvaluationError)) throw error;
    const failure = new ActionFailure(`A substitution template could not be evaluated: ${error.message}`);
    return { resource: '', run: () => Promise.reject(failure), describe: ({ message }) => inWords(message) };
  }
}

function adviceOf(error: Error): string {
  return error instanceof ActionFailure && error.advice !== undefined ? ` (${error.advice})` : '';
}

/** What tries won't change: the request itself is refused. */
function isFinal(error: Error): boolean {
  if (error instanceof ActionFailure || error.name === 'ResourceNotFoundException') return true;
  return 'status' in error && typeof error.status === 'number' && error.status >= 400 && error.status < 429;
}

/** Undefined by itself is the empty text. Source: AWS IoT developer guide, "Data types". */
function actionInput({ selected, scope }: Evaluation): ActionInput {
  if (selected.kind === 'bytes') return { payload: selected.bytes, isJson: false, scope };
  const json = selected.value === undefined ? '' : JSON.stringify(selected.value);
  return { payload: Buffer.from(json), isJson: json !== '', scope };
}
