import { isObject, type JsonObject } from '../../template/template.ts';
import { RuleError } from '../rule-error.ts';
import type { ActionContext, ActionDefinition, CompiledAction } from './action.ts';
import { lambda } from './lambda.ts';
import { ActionProperties } from './properties.ts';
import { republish } from './republish.ts';
import { sqs } from './sqs.ts';
import { templateName } from './template-names.ts';

/** The actions that are run, by the API's names. */
export const ACTIONS: Readonly<Record<string, ActionDefinition>> = { lambda, republish, sqs };

/**
 * Compiles an action in the API's shape. Throws {@link RuleError} for an action, or a parameter of one, that is not
 * run here. https://docs.aws.amazon.com/iot/latest/apireference/API_Action.html
 */
export function compileAction(action: JsonObject, context: ActionContext): CompiledAction {
  const [entry, ...others] = Object.entries(action);
  if (entry === undefined || others.length > 0) {
    throw new RuleError(
      `an action must have one key that names it; write { ${templateName('lambda')}: { … } }`,
    );
  }
  const [type, properties] = entry;
  const definition = Object.hasOwn(ACTIONS, type) ? ACTIONS[type] : undefined;
  if (definition === undefined) {
    throw new RuleError(
      `the action ${templateName(type)} is not run here; use ${Object.keys(ACTIONS).map(templateName).join(', ')}, or leave the rule out locally`,
    );
  }
  if (!isObject(properties)) throw new RuleError(`${templateName(type)} must be an object`);
  const { failedAction, resourceName, parameters, compile } = definition;
  return {
    failedAction,
    resourceName,
    prepare: compile(new ActionProperties(type, properties, parameters, context), context),
  };
}
