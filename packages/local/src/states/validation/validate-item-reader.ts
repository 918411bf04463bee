import { GET_OBJECT, LIST_OBJECTS, MAX_ITEMS } from '../distributed/reader-settings.ts';
import { isJsonObject, type Json, type JsonObject } from '../json.ts';
import {
  argumentsName,
  checkIntegerOf,
  checkTextOf,
  computable,
  isGiven,
  referable,
} from './computed-fields.ts';
import type { Findings } from './diagnostics.ts';
import { checkEnum, checkObject, refuseUnknownFields } from './fields.ts';
import { validateExpressions } from './validate-jsonata.ts';

export const INPUT_TYPES = ['CSV', 'JSON', 'JSONL'];
const CSV_FIELDS = ['CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter'];
const DELIMITERS = ['COMMA', 'PIPE', 'SEMICOLON', 'SPACE', 'TAB'];

/** Checks an ItemReader. https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html */
export function validateItemReader(findings: Findings, reader: Json | undefined): void {
  if (reader === undefined) return;
  const argumentsField = argumentsName(findings);
  if (!checkObject(findings, reader, ['Resource', argumentsField, 'ReaderConfig'])) return;
  const { Resource, ReaderConfig } = reader;
  if (Resource !== GET_OBJECT && Resource !== LIST_OBJECTS) {
    findings.at('Resource').add(`'Resource' must be ${GET_OBJECT} or ${LIST_OBJECTS}`, 'INVALID_RESOURCE');
    return;
  }
  checkArguments(findings.at(argumentsField), reader[argumentsField], Resource);
  const own = findings.at('ReaderConfig');
  if (ReaderConfig !== undefined && !isJsonObject(ReaderConfig)) {
    own.add("'ReaderConfig' must be an object");
    return;
  }
  const config = ReaderConfig ?? {};
  checkIntegerOf(own, config, 'MaxItems', { min: 0, max: MAX_ITEMS });
  if (Resource === LIST_OBJECTS) refuseUnknownFields(own, config, referable(own, 'MaxItems'));
  else checkFile(own, config);
}

function checkArguments(findings: Findings, args: Json | undefined, resource: string): void {
  const other = resource === GET_OBJECT ? 'Key' : 'Prefix';
  if (!checkObject(findings, args, computable(findings, 'Bucket', other))) return;
  checkTextOf(findings, args, 'Bucket');
  if (other === 'Key' || isGiven(args, computable(findings, other))) checkTextOf(findings, args, other);
}

function checkFile(findings: Findings, config: JsonObject): void {
  const { InputType } = config;
  if (InputType === undefined) findings.add("'ReaderConfig' needs an 'InputType': CSV, JSON or JSONL");
  checkEnum(findings.at('InputType'), InputType, INPUT_TYPES);
  const own = InputType === 'CSV' ? CSV_FIELDS : InputType === 'JSON' ? ['ItemsPointer'] : [];
  refuseUnknownFields(findings, config, ['InputType', ...referable(findings, 'MaxItems'), ...own]);
  if (InputType === 'CSV') checkCsv(findings, config);
  if (InputType === 'JSON' && config['ItemsPointer'] !== undefined) {
    checkTextOf(findings, config, 'ItemsPointer');
  }
}

function checkCsv(findings: Findings, { CSVHeaderLocation, CSVHeaders, CSVDelimiter }: JsonObject): void {
  if (CSVHeaderLocation === undefined) {
    findings.add("CSV needs a 'CSVHeaderLocation': FIRST_ROW or GIVEN");
  }
  checkEnum(findings.at('CSVHeaderLocation'), CSVHeaderLocation, ['FIRST_ROW', 'GIVEN']);
  checkEnum(findings.at('CSVDelimiter'), CSVDelimiter, DELIMITERS);
  const isGiven = Array.isArray(CSVHeaders) && CSVHeaders.every((header) => typeof header === 'string');
  if (CSVHeaderLocation === 'GIVEN' && !(isGiven && CSVHeaders.length > 0)) {
    findings.at('CSVHeaders').add("'CSVHeaders' must be an array of the columns' names");
  }
  if (CSVHeaderLocation === 'FIRST_ROW' && CSVHeaders !== undefined) {
    findings.at('CSVHeaders').add("'CSVHeaders' belong to a 'CSVHeaderLocation' of GIVEN");
  }
  if (findings.language === 'JSONata') validateExpressions(findings.at('CSVHeaders'), CSVHeaders);
}
