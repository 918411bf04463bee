import { readFileSync } from 'node:fs';
import Ajv from 'ajv/dist/2020.js';
import type { LifecycleEvent } from '../../shared/domain/lifecycle-event.ts';

const schema: unknown = JSON.parse(
  readFileSync(new URL('../../docs/events.schema.json', import.meta.url), 'utf8'),
);

/** What others build on by `$ref`: closed itself, it would refuse what they add. */
const IS_BUILT_ON = 'detail';

/** The same schema, but that it knows all fields: consumers may get more than it says, our tests may not. */
function close(part: unknown, name?: string): unknown {
  if (Array.isArray(part)) return part.map((item) => close(item));
  if (typeof part !== 'object' || part === null) return part;
  const closed = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, close(value, key)]));
  const isObject = 'properties' in part && Object(part).type === 'object' && name !== IS_BUILT_ON;
  return isObject ? { ...closed, unevaluatedProperties: false } : closed;
}

const ajv = new Ajv.default({ allErrors: true, strict: false, formats: { 'date-time': true } });
const validate = ajv.compile(Object(schema));
const validateClosed = ajv.compile(Object(close(schema)));

/** What is wrong with an event, by docs/events.schema.json; nothing for a good one, that has only what is described. */
export function problemsOfEvent(event: unknown): readonly string[] {
  return [validate, validateClosed].flatMap((valid) =>
    valid(event)
      ? []
      : (valid.errors ?? []).map(({ instancePath, message, params }) =>
          `${instancePath} ${message} ${JSON.stringify(params)}`.trim(),
        ),
  );
}

/** Whether consumers, who pass over what they do not know, take the event. */
export const isTakenByConsumers = (event: unknown): boolean => validate(event);

/** An event as it comes to a consumer. */
export const asDelivered = ({ type, detail }: LifecycleEvent): Readonly<Record<string, unknown>> => ({
  'detail-type': type,
  source: 'device-lifecycle',
  detail: JSON.parse(JSON.stringify(detail)),
});
