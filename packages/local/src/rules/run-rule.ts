import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { RuntimeLog } from '../contracts.ts';
import type { IotLog, IotLogEntry } from '../iot/iot-log.ts';
import { type ActionCall, ActionFailure, type ActionInput, type CompiledAction } from './actions/action.ts';
import { inWords } from './actions/actions.ts';
import type { CompiledRule } from './compile-rule.ts';
import type { Evaluation } from './compile-statement.ts';
import { RuleEvaluationError } from './rule-error.ts';
import type { MessageContext, Scope } from './scope.ts';

/** AWS says that it tries again after intermittent errors, not how often; this is ours, kept short. */
const RETRY_DELAYS_MS: readonly number[] = [50, 200];

/** One of the failures that an error action is told of. Source: "Error handling (error action)". */
interface Failure {
  readonly failedAction: string;
  readonly failedResource: string;
  readonly errorMessage: string;
}

interface FailedCall {
  readonly action: CompiledAction;
  readonly call: ActionCall;
  readonly error: Error;
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

  /**
   * Evaluates the statement and, where it selects, runs the actions, side by side as AWS does. Undefined where there is
   * nothing to wait for: of the rules that read a message, most do not select it.
   */
  run(rule: CompiledRule, message: MessageContext): Promise<void> | undefined {
    this.#ruleLog.matched(rule, message);
    const evaluation = this.#evaluate(rule, message);
    return evaluation === undefined ? undefined : this.#executeAll(rule, actionInput(evaluation));
  }

  /** Most rules have one action. */
  async #executeAll(rule: CompiledRule, input: ActionInput): Promise<void> {
    const { 0: first, length } = rule.actions;
    if (length === 1 && first !== undefined) {
      const failure = await this.#execute(rule, first, input);
      if (failure !== undefined) await this.#fail(rule, input.scope, [failure]);
      return;
    }
    const outcomes = await Promise.all(rule.actions.map((action) => this.#execute(rule, action, input)));
    const failures = outcomes.filter((outcome) => outcome !== undefined);
    if (failures.length > 0) await this.#fail(rule, input.scope, failures);
  }

  /** SQL that can't be evaluated is logged; it triggers no error action. */
  #evaluate(rule: CompiledRule, message: MessageContext): Evaluation | undefined {
    try {
      return rule.evaluate(message);
    } catch (error) {
      if (!(error instanceof RuleEvaluationError)) throw error;
      this.#log.warn(`Rule ${rule.ruleName} could not be evaluated for ${message.topic}: ${error.message}`);
      this.#ruleLog.failed(rule, message, { details: error.message });
      return undefined;
    }
  }

  async #execute(
    rule: CompiledRule,
    action: CompiledAction,
    input: ActionInput,
  ): Promise<Failure | undefined> {
    const { message } = input.scope;
    this.#ruleLog.starting(rule, message, action);
    const call = prepare(action, input);
    let error: Error | undefined;
    let tries = 0;
    do {
      error = undefined;
      tries += 1;
      try {
        await call.run();
      } catch (thrown) {
        error = thrown instanceof Error ? thrown : new Error(String(thrown));
      }
    } while (error !== undefined && (await this.#triesAgain(error, tries)));
    if (error !== undefined) return this.#failed(rule, message, { action, call, error });
    this.#ruleLog.executed(rule, message, { action, call });
    return undefined;
  }

  /** Whether a call that has failed so often is made again; resolves when it is time. */
  async #triesAgain(error: Error, tries: number): Promise<boolean> {
    const delayMs = RETRY_DELAYS_MS[tries - 1];
    if (delayMs === undefined || isFinal(error)) return false;
    await this.#clock.sleep(delayMs);
    return true;
  }

  #failed(rule: CompiledRule, message: MessageContext, { action, call, error }: FailedCall): Failure {
    const { failedAction } = action;
    const { resource } = call;
    const words = error instanceof ActionFailure ? inWords(error.message) : call.describe(error);
    const { errorMessage, details } = words;
    this.#ruleLog.failed(rule, message, { execution: { action, call }, details });
    this.#log.warn(
      `Rule ${rule.ruleName}: ${failedAction} on ${resource} failed: ${errorMessage}${adviceOf(error)}`,
    );
    return { failedAction, failedResource: resource, errorMessage };
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
      payload: JSON.stringify(body),
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

const EMPTY = Buffer.alloc(0);

/** Undefined by itself is the empty text. Source: AWS IoT developer guide, "Data types". */
function actionInput({ selected, scope }: Evaluation): ActionInput {
  if (selected.kind === 'bytes') return { payload: selected.bytes, scope };
  return { payload: selected.value === undefined ? EMPTY : JSON.stringify(selected.value), scope };
}

type Named = Pick<CompiledRule, 'ruleName'>;

/** An action that was run for a message, and how. */
interface Execution {
  readonly action: Pick<CompiledAction, 'failedAction' | 'resourceName'>;
  readonly call: Pick<ActionCall, 'resource' | 'resources'>;
}

/** What `clientid()` gives for a message that did not come over MQTT; the log writes it in capitals. */
const NO_CLIENT = 'n/a';

/** What the rules engine logs of a message. */
export class RuleLog {
  readonly #log: IotLog;

  constructor(log: IotLog) {
    this.#log = log;
  }

  matched({ ruleName }: Named, message: MessageContext): void {
    this.#write('INFO', message, { eventType: 'RuleMatch', ruleName });
  }

  starting({ ruleName }: Named, message: MessageContext, { failedAction: ruleAction }: CompiledAction): void {
    this.#write('DEBUG', message, { eventType: 'StartingRuleExecution', ruleName, ruleAction });
  }

  executed({ ruleName }: Named, message: MessageContext, execution: Execution): void {
    if (!this.#hears('INFO')) return;
    this.#write('INFO', message, { eventType: 'RuleExecution', ruleName, ...detailsOf(execution) });
  }

  /** An action failed, or, where there is none, the statement itself. */
  failed(
    { ruleName }: Named,
    message: MessageContext,
    { execution, details }: { readonly execution?: Execution; readonly details: string },
  ): void {
    const about = execution === undefined ? {} : detailsOf(execution);
    this.#write('ERROR', message, { eventType: 'RuleExecution', ruleName, ...about, details });
  }

  notFound(ruleName: string, message: MessageContext): void {
    const details = `Rule ${ruleName} not found`;
    this.#write('ERROR', message, { eventType: 'RuleNotFound', ruleName, reason: 'RuleNotFound', details });
  }

  #hears(logLevel: IotLogEntry['logLevel']): boolean {
    return this.#log.hears?.(logLevel) !== false;
  }

  #write(
    logLevel: IotLogEntry['logLevel'],
    { clientId, topic, principal, traceId }: MessageContext,
    entry: Pick<IotLogEntry, 'eventType' | 'ruleName' | 'ruleAction' | 'resources' | 'reason' | 'details'>,
  ): void {
    if (!this.#hears(logLevel)) return;
    const status = logLevel === 'ERROR' ? 'Failure' : 'Success';
    const { eventType, ...rest } = entry;
    const about = {
      clientId: clientId === NO_CLIENT ? 'N/A' : clientId,
      topicName: topic,
      principalId: principal,
    };
    this.#log.write({ logLevel, traceId: traceId ?? randomUUID(), status, eventType, ...about, ...rest });
  }
}

/** What the action addressed. */
function detailsOf({ action, call }: Execution): Required<Pick<IotLogEntry, 'ruleAction' | 'resources'>> {
  const { failedAction: ruleAction, resourceName } = action;
  const { resource, resources = { [resourceName]: resource } } = call;
  return { ruleAction, resources };
}
