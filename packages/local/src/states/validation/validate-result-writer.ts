import type { Json, JsonObject } from '../json.ts';
import { argumentsName, checkTextOf, computable, isGiven } from './computed-fields.ts';
import type { Findings } from './diagnostics.ts';
import { checkEnum, checkObject } from './fields.ts';

const PUT_OBJECT = 'arn:aws:states:::s3:putObject';

/** Checks a ResultWriter. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html */
export function validateResultWriter(findings: Findings, writer: Json | undefined): void {
  if (writer === undefined) return;
  const argumentsField = argumentsName(findings);
  if (!checkObject(findings, writer, ['Resource', argumentsField, 'WriterConfig'])) return;
  const { Resource, [argumentsField]: args, WriterConfig } = writer;
  if (Resource === undefined && WriterConfig === undefined) {
    findings.add(`'ResultWriter' needs a 'Resource' with '${argumentsField}', or a 'WriterConfig'`);
  }
  if ((Resource === undefined) !== (args === undefined)) {
    findings.add(`'Resource' and '${argumentsField}' of a 'ResultWriter' belong together`);
  }
  if (Resource !== undefined && Resource !== PUT_OBJECT) {
    findings.at('Resource').add(`'Resource' must be ${PUT_OBJECT}`, 'INVALID_RESOURCE');
  }
  if (args !== undefined) checkArguments(findings.at(argumentsField), args);
  if (WriterConfig !== undefined) checkConfig(findings.at('WriterConfig'), WriterConfig, writer);
}

function checkArguments(findings: Findings, args: Json): void {
  if (!checkObject(findings, args, computable(findings, 'Bucket', 'Prefix'))) return;
  checkTextOf(findings, args, 'Bucket');
  if (isGiven(args, computable(findings, 'Prefix'))) checkTextOf(findings, args, 'Prefix');
}

function checkConfig(findings: Findings, config: Json, { Resource }: JsonObject): void {
  if (!checkObject(findings, config, ['OutputType', 'Transformation'])) return;
  checkEnum(findings.at('OutputType'), config['OutputType'], ['JSON', 'JSONL']);
  checkEnum(findings.at('Transformation'), config['Transformation'], ['NONE', 'COMPACT', 'FLATTEN']);
  if (Resource === undefined && config['OutputType'] === 'JSONL') {
    findings.at('OutputType').add("JSONL is not run here without a 'Resource' to export to; use JSON");
  }
}
