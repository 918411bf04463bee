import { describe, expect, it } from '@jest/globals';
import { functions } from '../../src/rules/functions/functions.ts';
import { RuleError } from '../../src/rules/rule-error.ts';
import { statementForms } from '../../src/rules/statement-forms.ts';
import { ruleSqlSupport } from '../../src/rules/support.ts';
import { undocumented } from '../../src/rules/undocumented.ts';
import { GUIDE, select } from './evaluate.ts';

/** The functions of the guide, by its table of contents. */
const GUIDES_FUNCTIONS =
  `abs accountid acos asin atan atan2 aws_lambda bitand bitor bitxor bitnot ceil chr clientid
  concat cos cosh decode encode endswith exp floor get get_dynamodb get_mqtt_property get_or_default get_registry_data
  get_secret get_thing_shadow get_user_properties md2 md5 sha1 sha224 sha256 sha384 sha512 indexof isnull isundefined
  length ln log lower lpad ltrim machinelearning_predict mod nanvl newuuid numbytes parse_time power principal rand
  regexp_matches regexp_replace regexp_substr remainder replace rpad round rtrim sign sin sinh sourceip substring
  sql_version sqrt startswith tan tanh time_to_epoch timestamp topic traceid transform trim trunc upper`.split(
    /\s+/,
  );

describe('the support checklist of the SQL', () => {
  it(`has every function of ${GUIDE}iot-sql-functions.html`, () => {
    expect([...functions.keys()].toSorted()).toEqual(GUIDES_FUNCTIONS.toSorted());
  });

  it.each(statementForms)('$name: $status', ({ status, example, version }) => {
    const evaluate = () => select(example, { a: 1 }, version === undefined ? {} : { version });

    if (status === 'refused') expect(evaluate).toThrow(RuleError);
    else expect(evaluate).not.toThrow();
  });

  it('names everything once, with a note on what does not simply run', () => {
    for (const { title, entries } of ruleSqlSupport) {
      const names = entries.map(({ name }) => name);
      expect({ title, names }).toEqual({ title, names: [...new Set(names)] });
      expect(entries.filter(({ status, note }) => status !== 'runs' && note === undefined)).toEqual([]);
    }
    const open = ruleSqlSupport.flatMap(({ entries }) =>
      entries.filter(({ status }) => status === 'unconfirmed'),
    );
    expect(open).toHaveLength(undocumented.length);
  });
});
