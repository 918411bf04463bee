import { describe, expect, it } from '@jest/globals';
import { checkStatement } from '../../src/rules/check-statement.ts';
import { compileStatement, type Selected } from '../../src/rules/compile-statement.ts';
import { parseStatement } from '../../src/rules/parse-sql.ts';
import type { MessageContext } from '../../src/rules/scope.ts';

export const GUIDE = 'https://docs.aws.amazon.com/iot/latest/developerguide/';

export const message: MessageContext = {
  topic: 'things/myThings/thingOne',
  payload: Buffer.from('{}'),
  clientId: 'thingOne',
  principal: undefined,
  sourceIp: '192.0.2.7',
  traceId: '7e146a2c-95b5-6caf-98b9-50e3969734c7',
  timestampMs: 1_481_825_251_155,
  accountId: '123456789012',
};

/** What a statement selects from a payload (JSON unless it is bytes); undefined when WHERE says no. */
export function select(
  sql: string,
  payload: unknown = {},
  about: Partial<MessageContext> = {},
): Selected | undefined {
  const statement = parseStatement(sql);
  checkStatement(statement);
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
  return compileStatement(statement)({ ...message, payload: bytes, ...about })?.selected;
}

/** The JSON value that a statement selects. */
export function selectJson(...args: Parameters<typeof select>): unknown {
  const selected = select(...args);
  if (selected?.kind === 'bytes') throw new Error('the statement selected bytes');
  return selected?.value;
}

/** The JSON text that a statement selects, with all digits. */
export function selectText(...args: Parameters<typeof select>): string {
  return JSON.stringify(selectJson(...args));
}

/** Rows of expressions and what they are, under the pages of the developer guide that say so. */
export type Documented = Record<string, readonly (readonly [expression: string, value: unknown])[]>;

/** Holds each expression against its page. */
export function expectDocumented(documented: Documented, payload: unknown): void {
  for (const [page, cases] of Object.entries(documented)) {
    describe(`${GUIDE}${page}`, () => {
      it.each(cases)('%s is %p', (expression, value) => {
        expect(selectJson(`SELECT VALUE ${expression} FROM 'a/b'`, payload)).toEqual(value);
      });
    });
  }
}
