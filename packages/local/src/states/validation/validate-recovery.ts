import { isJsonObject, type Json } from '../json.ts';
import type { Findings } from './diagnostics.ts';
import { checkAssign, checkInteger, refuseUnknownFields } from './fields.ts';
import { validateExpressions } from './validate-jsonata.ts';
import { checkResultPath } from './validate-paths.ts';

export const RETRIER_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];
const CATCHER_FIELDS = ['ErrorEquals', 'Next', 'Assign', 'Comment'];
export const JSONATA_CATCHER_FIELDS = [...CATCHER_FIELDS, 'Output'];
export const JSONPATH_CATCHER_FIELDS = [...CATCHER_FIELDS, 'ResultPath'];

/** `MaxDelaySeconds` is less than a year, the life of an execution. */
const MAX_DELAY_SECONDS = 31_622_399;

/** Checks `Retry`. */
export function validateRetry(findings: Findings, retry: Json | undefined): void {
  eachOf(findings, retry, (own, retrier, isLast) => {
    if (!isJsonObject(retrier)) {
      own.add('a retrier must be an object');
      return;
    }
    refuseUnknownFields(own, retrier, RETRIER_FIELDS);
    checkErrorEquals(own.at('ErrorEquals'), retrier['ErrorEquals'], isLast);
    const { IntervalSeconds, MaxAttempts, BackoffRate, MaxDelaySeconds, JitterStrategy } = retrier;
    checkGiven(own.at('IntervalSeconds'), IntervalSeconds, 1, 99_999_999);
    checkGiven(own.at('MaxAttempts'), MaxAttempts, 0, 99_999_999);
    checkGiven(own.at('MaxDelaySeconds'), MaxDelaySeconds, 1, MAX_DELAY_SECONDS);
    if (BackoffRate !== undefined && (typeof BackoffRate !== 'number' || BackoffRate < 1)) {
      own.at('BackoffRate').add("'BackoffRate' must be a number of at least 1");
    }
    if (JitterStrategy !== undefined && JitterStrategy !== 'FULL' && JitterStrategy !== 'NONE') {
      own.at('JitterStrategy').add("'JitterStrategy' must be 'FULL' or 'NONE'");
    }
  });
}

/** Checks `Catch`. */
export function validateCatch(findings: Findings, catchers: Json | undefined): void {
  eachOf(findings, catchers, (own, catcher, isLast) => {
    if (!isJsonObject(catcher)) {
      own.add('a catcher must be an object');
      return;
    }
    const isJsonata = own.language === 'JSONata';
    refuseUnknownFields(own, catcher, isJsonata ? JSONATA_CATCHER_FIELDS : JSONPATH_CATCHER_FIELDS);
    checkErrorEquals(own.at('ErrorEquals'), catcher['ErrorEquals'], isLast);
    if (typeof catcher['Next'] !== 'string') own.at('Next').add("a catcher's 'Next' must name a state");
    checkAssign(own.at('Assign'), catcher['Assign'], true);
    if (isJsonata) validateExpressions(own.at('Output'), catcher['Output'], true);
    else checkResultPath(own.at('ResultPath'), catcher['ResultPath']);
  });
}

function eachOf(
  findings: Findings,
  list: Json | undefined,
  check: (own: Findings, item: Json, isLast: boolean) => void,
): void {
  if (list === undefined) return;
  if (!Array.isArray(list)) {
    findings.add('it must be an array');
    return;
  }
  for (const [index, item] of list.entries()) check(findings.item(index), item, index === list.length - 1);
}

function checkGiven(findings: Findings, value: Json | undefined, min: number, max: number): void {
  if (value !== undefined) checkInteger(findings, value, { min, max });
}

/** ASL: `States.ALL` must stand alone, and in the last retrier or catcher. */
function checkErrorEquals(findings: Findings, value: Json | undefined, isLast: boolean): void {
  if (!Array.isArray(value) || value.length === 0 || !value.every((name) => typeof name === 'string')) {
    findings.add("'ErrorEquals' must be an array of at least one error name");
    return;
  }
  if (value.includes('States.ALL') && (value.length > 1 || !isLast)) {
    findings.add("'States.ALL' must stand alone in 'ErrorEquals', and come last");
  }
}
