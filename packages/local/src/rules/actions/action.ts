import type { FunctionInvoker, QueueSender } from '../../contracts.ts';
import type { Scope } from '../scope.ts';
import type { ActionProperties } from './properties.ts';

/** Publishes a message of a rule's Republish action. */
export type Republish = (topic: string, payload: Buffer, qos: 0 | 1) => Promise<void>;

/** What actions are run with. */
export interface ActionTargets {
  readonly functions: FunctionInvoker;
  readonly queues: QueueSender;
  readonly republish: Republish;
  /** Whether a function's resource policy (`AWS::Lambda::Permission`) lets the rule invoke it. */
  readonly mayInvoke: (functionArn: string, ruleArn: string) => boolean;
}

/** Where an action is compiled: its rule, the variables that its templates see, and its targets. */
export interface ActionContext {
  readonly ruleArn: string;
  readonly region: string;
  readonly accountId: string;
  readonly variables: readonly string[];
  readonly targets: ActionTargets;
}

/** What an action gets: what was selected, and the scope for its templates. */
export interface ActionInput {
  /** JSON text; the bytes as they came where `*` met no JSON. */
  readonly payload: string | Buffer;
  readonly scope: Scope;
}

/** AWS's words for a failure, the target's own words among them. */
export interface FailureWords {
  /** For the error action. */
  readonly errorMessage: string;
  /** For the log. */
  readonly details: string;
}

/** An action for one message: its templates are filled in once, however often it is tried. */
export interface ActionCall {
  /** What the action addresses: the failedResource for the error action. */
  readonly resource: string;
  /** What the log tells of the call; the resource alone when absent. */
  readonly resources?: Readonly<Record<string, string>>;
  /** Throws {@link ActionFailure}, or whatever its target threw. */
  readonly run: () => Promise<void>;
  readonly describe: (error: Error) => FailureWords;
}

/** An action that is ready to be called. */
export type PrepareAction = (input: ActionInput) => ActionCall;

export interface ActionParameter {
  /** Whether CloudFormation takes substitution templates in it, which the API does in more parameters. */
  readonly takesTemplates?: boolean;
  readonly isRequired?: boolean;
  /** Why it is refused here. */
  readonly refusal?: string;
}

/** An action of AWS IoT rules: its parameters, by the API's names, and how it is run. */
export interface ActionDefinition {
  /** As errors and log entries name it: `LambdaAction`. */
  readonly failedAction: string;
  /** What the log calls the resource that the action addresses: `FunctionArn`. */
  readonly resourceName: string;
  readonly parameters: Readonly<Record<string, ActionParameter>>;
  /** Throws `RuleError` for parameters that can't be run. */
  readonly compile: (properties: ActionProperties, context: ActionContext) => PrepareAction;
}

/** A rule's action, compiled. */
export interface CompiledAction {
  readonly failedAction: string;
  readonly resourceName: string;
  readonly prepare: PrepareAction;
}

/** An action that can't succeed, however often it is tried. Its message is the errorMessage for the error action. */
export class ActionFailure extends Error {
  /** What to do about it, where AWS's own words don't say. */
  readonly advice: string | undefined;

  constructor(message: string, advice?: string) {
    super(message);
    this.name = 'ActionFailure';
    this.advice = advice;
  }
}
