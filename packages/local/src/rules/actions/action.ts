import type { FunctionInvoker, QueueSender } from '../../contracts.ts';
import type { JsonObject } from '../../template/template.ts';
import { checkExpression } from '../check-statement.ts';
import { compileTemplate } from '../compile-statement.ts';
import { parseTemplate } from '../parse-sql.ts';
import { RuleError } from '../rule-error.ts';
import type { Scope } from '../scope.ts';
import { templateName } from './template-names.ts';

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
type PrepareAction = (input: ActionInput) => ActionCall;

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

/** A parameter for one message. */
type FillIn = (scope: Scope) => string;

type Context = Pick<ActionContext, 'variables'>;
type Parameters = Readonly<Record<string, ActionParameter>>;

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;

/** The parameters of an action, in the API's shape. The readers throw {@link RuleError}, naming the parameter. */
export class ActionProperties {
  readonly #path: string;
  readonly #json: JsonObject;
  readonly #parameters: Parameters;
  readonly #context: Context;

  /** Throws {@link RuleError} for parameters that are unknown, missing or not run here. */
  constructor(path: string, json: JsonObject, parameters: Parameters, context: Context) {
    this.#path = path;
    this.#json = json;
    this.#parameters = parameters;
    this.#context = context;
    for (const name of Object.keys(json)) this.#checkKnown(name);
    for (const [name, { isRequired }] of Object.entries(parameters)) {
      if (isRequired === true && json[name] === undefined)
        throw new RuleError(`${this.nameOf(name)} is missing`);
    }
    this.#checkRole();
  }

  /** The parameter's name, as whoever wrote the action knows it. */
  nameOf(name: string): string {
    return `${templateName(this.#path)}.${templateName(name)}`;
  }

  /** A text that is required, with its substitution templates. */
  text(name: string): FillIn {
    const fillIn = this.optionalText(name);
    if (fillIn === undefined) throw new RuleError(`${this.nameOf(name)} is missing`);
    return fillIn;
  }

  optionalText(name: string): FillIn | undefined {
    const text = this.written(name);
    if (text === undefined) return undefined;
    if (!text.includes('${')) return () => text;
    this.#checkTemplates(name);
    try {
      return this.#compile(text);
    } catch (error) {
      throw error instanceof RuleError ? this.#inTemplate(name, error) : error;
    }
  }

  /** The text as it is written, templates and all. */
  written(name: string): string | undefined {
    const value = this.#json[name];
    if (value === undefined) return undefined;
    if (typeof value !== 'string' || value === '') throw new RuleError(`${this.nameOf(name)} must be a text`);
    return value;
  }

  /** False when it is missing; CloudFormation may write it as text. */
  flag(name: string): boolean {
    const value = this.#json[name] ?? false;
    if (typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw new RuleError(`${this.nameOf(name)} must be true or false`);
  }

  /** A number, which CloudFormation may write as text. */
  optionalNumber(name: string): number | undefined {
    const value = this.#json[name];
    if (value === undefined) return undefined;
    const number = typeof value === 'string' ? Number(value) : value;
    if (typeof number === 'number' && !Number.isNaN(number)) return number;
    throw new RuleError(`${this.nameOf(name)} must be a number`);
  }

  #checkKnown(name: string): void {
    const parameter = Object.hasOwn(this.#parameters, name) ? this.#parameters[name] : undefined;
    if (parameter === undefined) {
      const known = Object.keys(this.#parameters).map((one) => this.nameOf(one));
      throw new RuleError(`${this.nameOf(name)} is no parameter of the action; use ${known.join(', ')}`);
    }
    if (parameter.refusal !== undefined) {
      throw new RuleError(`${this.nameOf(name)} is not run here: ${parameter.refusal}; leave it out`);
    }
  }

  #compile(text: string): FillIn {
    const { variables } = this.#context;
    const parts = parseTemplate(text);
    for (const part of parts) if (typeof part !== 'string') checkExpression(part, variables);
    return compileTemplate(parts, variables);
  }

  /** The position is that in the parameter, and not in the statement. */
  #inTemplate(name: string, error: RuleError): RuleError {
    const where = error.position === undefined ? '' : `, position ${error.position}`;
    return new RuleError(`${this.nameOf(name)}${where}: ${error.message}`, undefined, { cause: error });
  }

  #checkTemplates(name: string): void {
    if (this.#parameters[name]?.takesTemplates === true) return;
    throw new RuleError(
      `${this.nameOf(name)} takes no substitution template in CloudFormation; write it in full`,
    );
  }

  /** AWS IoT assumes the role when the rule is made; here there is no IAM, and the ARN only has to be one. */
  #checkRole(): void {
    const roleArn = this.written('roleArn');
    if (roleArn === undefined || ROLE_ARN.test(roleArn)) return;
    throw new RuleError(
      `${this.nameOf('roleArn')} is ${roleArn}; it must be the ARN of an IAM role: arn:aws:iam::{account}:role/{name}`,
    );
  }
}
