import { argumentProblems } from '../integrations/lambda-invoke.ts';
import { parseResource, resourceRefusal } from '../integrations/resource.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { withoutSuffix } from '../jsonpath/payload-template.ts';
import { MAX_TIMEOUT_SECONDS } from '../task.ts';
import { argumentsName, checkIntegerOf } from './computed-fields.ts';
import type { Findings } from './diagnostics.ts';

const SECONDS = { min: 1, max: MAX_TIMEOUT_SECONDS };

/** Checks the fields of a Task that are its own. */
export function validateTask(findings: Findings, state: JsonObject): void {
  validateResource(findings, state);
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) checkIntegerOf(findings, state, field, SECONDS);
  const { TimeoutSeconds, HeartbeatSeconds } = state;
  if (typeof HeartbeatSeconds !== 'number') return;
  // https://docs.aws.amazon.com/step-functions/latest/dg/state-task.html
  if (typeof TimeoutSeconds === 'number' && HeartbeatSeconds >= TimeoutSeconds) {
    findings.at('HeartbeatSeconds').add("'HeartbeatSeconds' must be smaller than 'TimeoutSeconds'");
  }
}

function validateResource(findings: Findings, state: JsonObject): void {
  const { Resource } = state;
  if (Resource === undefined) {
    findings.tell('These fields are required: [Resource]');
    return;
  }
  if (typeof Resource !== 'string') {
    findings.at('Resource').add("'Resource' must be a string", 'INVALID_RESOURCE');
    return;
  }
  const refusal = resourceRefusal(Resource);
  if (refusal !== undefined) {
    findings.at('Resource').add(`resource '${Resource}' can't be run: ${refusal}`, 'INVALID_RESOURCE');
    return;
  }
  const resource = parseResource(Resource);
  const field = argumentsName(findings);
  const args = state[field];
  if (resource?.kind !== 'invoke' || !isJsonObject(args)) return;
  const given = findings.language === 'JSONata' ? args : asGiven(args);
  for (const problem of argumentProblems(given)) findings.at(field).add(problem);
}

/** A payload template with the names that its fields get. */
function asGiven(template: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) => [
      withoutSuffix(name),
      isJsonObject(value) ? asGiven(value) : value,
    ]),
  );
}
