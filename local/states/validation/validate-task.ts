import { isJsonObject, type JsonObject } from '../json.ts';
import { LAMBDA_INVOKE_ARGUMENTS } from '../lambda-invoke-task.ts';
import { MAX_TIMEOUT_SECONDS } from '../task.ts';
import { isLambdaInvoke, resourceRefusal } from '../task-resource.ts';
import type { Findings } from './diagnostics.ts';
import { checkIntegerOrExpression, refuseUnknownFields } from './fields.ts';

/** Checks the fields of a Task that are its own. */
export function validateTask(findings: Findings, { Resource, Arguments, TimeoutSeconds }: JsonObject): void {
  if (typeof Resource !== 'string') {
    findings.at('Resource').add("'Resource' must be a string", 'INVALID_RESOURCE');
    return;
  }
  const refusal = resourceRefusal(Resource);
  if (refusal !== undefined) {
    findings.at('Resource').add(`resource '${Resource}' can't be run: ${refusal}`, 'INVALID_RESOURCE');
  }
  if (isLambdaInvoke(Resource) && isJsonObject(Arguments)) {
    refuseUnknownFields(findings.at('Arguments'), Arguments, LAMBDA_INVOKE_ARGUMENTS);
    if (Arguments['FunctionName'] === undefined) {
      findings.at('Arguments').add("the arguments of lambda:invoke need a 'FunctionName'");
    }
  }
  if (TimeoutSeconds !== undefined) {
    checkIntegerOrExpression(findings.at('TimeoutSeconds'), TimeoutSeconds, {
      min: 1,
      max: MAX_TIMEOUT_SECONDS,
    });
  }
}
