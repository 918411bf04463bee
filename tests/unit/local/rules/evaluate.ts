import { checkStatement } from '../../../../local/rules/check-statement.ts';
import { compileStatement, type Selected } from '../../../../local/rules/compile-statement.ts';
import { parseStatement } from '../../../../local/rules/parse-sql.ts';
import type { MessageContext } from '../../../../local/rules/scope.ts';

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
export function selectJson(sql: string, payload?: unknown, about?: Partial<MessageContext>): unknown {
  const selected = select(sql, payload, about);
  if (selected?.kind === 'bytes') throw new Error('the statement selected bytes');
  return selected?.value;
}
