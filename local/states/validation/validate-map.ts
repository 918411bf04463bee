import { isJsonObject, type JsonObject } from '../json.ts';
import { expressionIn } from '../jsonata.ts';
import type { Findings } from './diagnostics.ts';
import { checkEnum, checkIntegerOrExpression, checkObject, refuseUnknownFields } from './fields.ts';
import type { ValidateContainer } from './validate-container.ts';
import { isDistributedMap } from './validate-distributed-map.ts';
import { validateExpressions } from './validate-jsonata.ts';

/** Checks the fields of a Map that are its own, and its processor. */
export function validateMap(
  findings: Findings,
  state: JsonObject,
  validateContainer: ValidateContainer,
): void {
  const { Items, ItemSelector, MaxConcurrency, ItemProcessor } = state;
  const isExpression = typeof Items === 'string' && expressionIn(Items) !== undefined;
  const isObject = isDistributedMap(state) && isJsonObject(Items);
  if (Items !== undefined && !isExpression && !Array.isArray(Items) && !isObject) {
    findings.at('Items').add("'Items' must be an array or an expression, or an object for a Distributed Map");
  }
  validateExpressions(findings.at('Items'), Items);
  validateExpressions(findings.at('ItemSelector'), ItemSelector);
  if (MaxConcurrency !== undefined) {
    checkIntegerOrExpression(findings.at('MaxConcurrency'), MaxConcurrency, { min: 0, max: 99_999_999 });
  }
  const own = findings.at('ItemProcessor');
  if (!checkObject(own, ItemProcessor, ['StartAt', 'States', 'ProcessorConfig', 'Comment'])) return;
  checkProcessorConfig(own.at('ProcessorConfig'), ItemProcessor);
  validateContainer(own, ItemProcessor);
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
