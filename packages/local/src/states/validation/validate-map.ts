import { isJsonObject, type JsonObject } from '../json.ts';
import { expressionIn } from '../jsonata.ts';
import { checkIntegerOf, checkTemplate } from './computed-fields.ts';
import type { Findings } from './diagnostics.ts';
import { checkEnum, checkObject, refuseUnknownFields } from './fields.ts';
import type { ValidateContainer } from './validate-container.ts';
import { isDistributedMap } from './validate-distributed-map.ts';
import { validateExpressions } from './validate-jsonata.ts';
import { checkReferencePath } from './validate-paths.ts';

/** Checks the fields of a Map that are its own, and its processor. */
export function validateMap(
  findings: Findings,
  state: JsonObject,
  validateContainer: ValidateContainer,
): void {
  if (findings.language === 'JSONata') checkItems(findings.at('Items'), state);
  else checkReferencePath(findings.at('ItemsPath'), state['ItemsPath']);
  checkTemplate(findings.at('ItemSelector'), state['ItemSelector']);
  if (state['ItemSelector'] !== undefined && state['Parameters'] !== undefined) {
    findings.at('Parameters').add("'Parameters' of a Map are what 'ItemSelector' is now; leave them out");
  }
  checkIntegerOf(findings, state, 'MaxConcurrency', { min: 0, max: 99_999_999 });
  findings.oneOf(state, ['ItemProcessor', 'Iterator']);
  const name = processorName(state);
  if (name === undefined) return;
  const { [name]: ItemProcessor } = state;
  const own = findings.at(name);
  if (!checkObject(own, ItemProcessor, ['StartAt', 'States', 'ProcessorConfig', 'Comment'])) return;
  checkProcessorConfig(own.at('ProcessorConfig'), ItemProcessor);
  validateContainer(own, ItemProcessor);
}

function checkItems(findings: Findings, state: JsonObject): void {
  const { Items } = state;
  const isExpression = typeof Items === 'string' && expressionIn(Items) !== undefined;
  const isObject = isDistributedMap(state) && isJsonObject(Items);
  if (Items !== undefined && !isExpression && !Array.isArray(Items) && !isObject) {
    findings.add("'Items' must be an array or an expression, or an object for a Distributed Map");
  }
  validateExpressions(findings, Items);
}

/** `Iterator` was its name before, of Maps in JSONPath. */
function processorName(state: JsonObject): 'ItemProcessor' | 'Iterator' | undefined {
  return (['ItemProcessor', 'Iterator'] as const).find((name) => Object.hasOwn(state, name));
}

/** Inline is the default. */
function checkProcessorConfig(findings: Findings, { ProcessorConfig }: JsonObject): void {
  if (ProcessorConfig === undefined) return;
  if (!isJsonObject(ProcessorConfig)) {
    findings.add("'ProcessorConfig' must be an object");
    return;
  }
  if (ProcessorConfig['Mode'] === 'DISTRIBUTED') {
    refuseUnknownFields(findings, ProcessorConfig, ['Mode', 'ExecutionType']);
    return;
  }
  refuseUnknownFields(findings, ProcessorConfig, ['Mode']);
  checkEnum(findings.at('Mode'), ProcessorConfig['Mode'], ['INLINE', 'DISTRIBUTED']);
}
