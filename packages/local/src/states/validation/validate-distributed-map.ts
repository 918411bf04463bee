import { isLabel, labelOf } from '../distributed/label.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { checkIntegerOf, checkTemplate, checkValueOf, isGiven, referable } from './computed-fields.ts';
import type { Findings } from './diagnostics.ts';
import { checkBounds, checkEnum, checkObject } from './fields.ts';
import type { Surroundings } from './surroundings.ts';
import { validateItemReader } from './validate-item-reader.ts';
import { validateResultWriter } from './validate-result-writer.ts';

const MAX_COUNT = 99_999_999;

/** Whether a state is a Map that runs its processor as executions of their own. */
export function isDistributedMap({ Type, ItemProcessor }: JsonObject): boolean {
  if (Type !== 'Map' || !isJsonObject(ItemProcessor)) return false;
  const { ProcessorConfig } = ItemProcessor;
  return isJsonObject(ProcessorConfig) && ProcessorConfig['Mode'] === 'DISTRIBUTED';
}

/**
 * Checks the fields that a Distributed Map has besides those of every Map.
 * https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function validateDistributedMap(
  findings: Findings,
  name: string,
  state: JsonObject,
  { labels, owner }: Surroundings,
): void {
  checkOwner(findings, owner);
  checkExecutionType(findings.at('ItemProcessor/ProcessorConfig'), state);
  checkLabel(findings.at('Label'), name, state, labels);
  const items = findings.language === 'JSONata' ? 'Items' : 'ItemsPath';
  if (state[items] !== undefined && state['ItemReader'] !== undefined) {
    findings.add(`it needs either '${items}' or an 'ItemReader', and not both`);
  }
  validateItemReader(findings.at('ItemReader'), state['ItemReader']);
  checkBatcher(findings.at('ItemBatcher'), state['ItemBatcher']);
  validateResultWriter(findings.at('ResultWriter'), state['ResultWriter']);
  checkTolerance(findings, state);
}

function checkOwner(findings: Findings, owner: Surroundings['owner']): void {
  if (owner === 'EXPRESS') {
    findings.add('Express state machines have no Distributed Map; make the state machine a STANDARD one');
  }
  if (owner === 'CHILD') {
    findings.add('a Distributed Map inside the processor of another is not run here; use an inline Map');
  }
}

function checkExecutionType(findings: Findings, { ItemProcessor }: JsonObject): void {
  const config = isJsonObject(ItemProcessor) ? ItemProcessor['ProcessorConfig'] : undefined;
  const type = isJsonObject(config) ? config['ExecutionType'] : undefined;
  if (type === undefined) findings.add("a Distributed Map needs an 'ExecutionType': STANDARD or EXPRESS");
  checkEnum(findings.at('ExecutionType'), type, ['STANDARD', 'EXPRESS']);
}

function checkLabel(findings: Findings, name: string, { Label }: JsonObject, labels: Set<string>): void {
  if (Label !== undefined && !(typeof Label === 'string' && isLabel(Label))) {
    findings.add(
      "'Label' must have 1 to 40 characters, without spaces, wildcards, brackets and the like",
      'INVALID_LABEL_NAME',
    );
    return;
  }
  const label = labelOf(name, Label);
  if (labels.has(label)) {
    findings.add(`another Distributed Map has the label '${label}'`, 'DUPLICATE_LABEL_NAME');
  }
  labels.add(label);
}

function checkBatcher(findings: Findings, batcher: JsonObject[string] | undefined): void {
  if (batcher === undefined) return;
  const limits = referable(findings, 'MaxItemsPerBatch', 'MaxInputBytesPerBatch');
  if (!checkObject(findings, batcher, [...limits, 'BatchInput'])) return;
  if (!isGiven(batcher, limits)) {
    findings.add("'ItemBatcher' needs 'MaxItemsPerBatch' or 'MaxInputBytesPerBatch'");
  }
  checkIntegerOf(findings, batcher, 'MaxItemsPerBatch', { min: 1, max: MAX_COUNT });
  checkIntegerOf(findings, batcher, 'MaxInputBytesPerBatch', { min: 1, max: 262_144 });
  checkTemplate(findings.at('BatchInput'), batcher['BatchInput']);
}

function checkTolerance(findings: Findings, state: JsonObject): void {
  checkIntegerOf(findings, state, 'ToleratedFailureCount', { min: 0, max: MAX_COUNT });
  findings.atMostOneOf(state, referable(findings, 'ToleratedFailurePercentage'));
  checkValueOf(findings, state, 'ToleratedFailurePercentage', (own, percentage) => {
    if (typeof percentage === 'number') checkBounds(own, percentage, '0.0', '100.0');
    else own.add("'ToleratedFailurePercentage' must be a number from 0 to 100, or an expression");
  });
}
