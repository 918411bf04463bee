import { GET_OBJECT, isLabel, labelOf } from '../distributed/settings.ts';
import { expressionIn } from '../jsonata/jsonata.ts';
import { isJsonObject, type Json, type JsonObject } from '../values.ts';
import {
  argumentsName,
  checkIntegerOf,
  checkTemplate,
  checkTextOf,
  checkValueOf,
  computable,
  isGiven,
  referable,
} from './computed-fields.ts';
import { checkReferencePath, validateExpressions } from './expressions.ts';
import { checkBounds, checkEnum, checkObject, refuseUnknownFields } from './fields.ts';
import type { Findings, Surroundings } from './findings.ts';

/**
 * Checks an ItemReader: a CSV with its header in the first row, or JSON Lines, from Amazon S3.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
function validateItemReader(findings: Findings, reader: Json | undefined): void {
  if (reader === undefined) return;
  const argumentsField = argumentsName(findings);
  if (!checkObject(findings, reader, ['Resource', argumentsField, 'ReaderConfig'])) return;
  const { Resource, [argumentsField]: args, ReaderConfig } = reader;
  if (Resource !== GET_OBJECT) {
    const message = `'Resource' must be ${GET_OBJECT}; other readers are not run here`;
    findings.at('Resource').add(message);
    return;
  }
  const given = findings.at(argumentsField);
  if (checkObject(given, args, computable(findings, 'Bucket', 'Key'))) {
    checkTextOf(given, args, 'Bucket');
    checkTextOf(given, args, 'Key');
  }
  checkFile(findings.at('ReaderConfig'), ReaderConfig);
}

function checkFile(findings: Findings, config: Json | undefined): void {
  const { InputType, CSVHeaderLocation } = isJsonObject(config) ? config : {};
  if (InputType !== 'CSV' && InputType !== 'JSONL') {
    findings.at('InputType').add("'InputType' must be CSV or JSONL; others are not run here");
    return;
  }
  if (!checkObject(findings, config, ['InputType', ...(InputType === 'CSV' ? ['CSVHeaderLocation'] : [])]))
    return;
  if (InputType === 'CSV' && CSVHeaderLocation !== 'FIRST_ROW') {
    findings.at('CSVHeaderLocation').add("'CSVHeaderLocation' must be FIRST_ROW; GIVEN is not run here");
  }
}

const PUT_OBJECT = 'arn:aws:states:::s3:putObject';

/**
 * Checks a ResultWriter: an export to Amazon S3 as JSON Lines, of arrays their elements.
 * https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
function validateResultWriter(findings: Findings, writer: Json | undefined): void {
  if (writer === undefined) return;
  const argumentsField = argumentsName(findings);
  if (!checkObject(findings, writer, ['Resource', argumentsField, 'WriterConfig'])) return;
  const { Resource, [argumentsField]: args, WriterConfig } = writer;
  if (Resource !== PUT_OBJECT) {
    findings.at('Resource').add(`'Resource' must be ${PUT_OBJECT}`);
  }
  checkWriterArguments(findings.at(argumentsField), args);
  const config = findings.at('WriterConfig');
  if (!checkObject(config, WriterConfig, ['OutputType', 'Transformation'])) return;
  if (WriterConfig['OutputType'] !== 'JSONL' || WriterConfig['Transformation'] !== 'FLATTEN') {
    config.add(
      "results are exported with the 'OutputType' JSONL and the 'Transformation' FLATTEN; others are not run here",
    );
  }
}

function checkWriterArguments(findings: Findings, args: Json | undefined): void {
  if (!checkObject(findings, args, computable(findings, 'Bucket', 'Prefix'))) return;
  checkTextOf(findings, args, 'Bucket');
  if (isGiven(args, computable(findings, 'Prefix'))) checkTextOf(findings, args, 'Prefix');
}

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
    findings.add("'Label' must have 1 to 40 characters, without spaces, wildcards, brackets and the like");
    return;
  }
  const label = labelOf(name, Label);
  if (labels.has(label)) {
    findings.add(`another Distributed Map has the label '${label}'`);
  }
  labels.add(label);
}

function checkBatcher(findings: Findings, batcher: JsonObject[string] | undefined): void {
  if (batcher === undefined) return;
  const most = referable(findings, 'MaxItemsPerBatch');
  if (!checkObject(findings, batcher, [...most, 'BatchInput'])) return;
  if (!isGiven(batcher, most)) findings.add("'ItemBatcher' needs 'MaxItemsPerBatch'");
  checkIntegerOf(findings, batcher, 'MaxItemsPerBatch', { min: 1, max: MAX_COUNT });
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
  if (Items !== undefined && !isExpression && !Array.isArray(Items)) {
    findings.add("'Items' must be an array or an expression");
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

/** Checks the states inside a Parallel or a Map. */
export type ValidateContainer = (findings: Findings, container: JsonObject) => void;
