import { Input } from '../../iot/api/input.ts';
import { shadowPage } from '../../iot/api/page.ts';
import { invalidRequest } from '../../iot/errors.ts';
import { parseShadowUpdate } from '../../iot/shadow-document.ts';
import type { ShadowName } from '../../iot/shadows.ts';
import type { DataContext, DataOperation, DataRequest } from './operation.ts';

const THING_NAME = /^[a-zA-Z0-9:_-]{1,128}$/;
const SHADOW_NAME = /^[$a-zA-Z0-9:_-]{1,64}$/;
const SHADOW = '/things/{thingName}/shadow';

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_GetThingShadow.html */
export const getThingShadow: DataOperation = {
  http: `GET ${SHADOW}`,
  answer: async (request, { shadows }) => shadows.get(nameOf(request)),
};

/**
 * https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_UpdateThingShadow.html
 *
 * Messages go out as they do for an update over MQTT. Source: AWS IoT developer guide, "Device Shadow MQTT topics".
 */
export const updateThingShadow: DataOperation = {
  http: `POST ${SHADOW}`,
  async answer(request, context) {
    const name = nameOf(request);
    const { accepted, delta, documents } = context.shadows.update(name, parseShadowUpdate(request.body));
    await send(context, name, 'update/accepted', accepted);
    if (delta !== undefined) await send(context, name, 'update/delta', delta);
    await send(context, name, 'update/documents', documents);
    return accepted;
  },
};

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteThingShadow.html */
export const deleteThingShadow: DataOperation = {
  http: `DELETE ${SHADOW}`,
  async answer(request, context) {
    const name = nameOf(request);
    const deleted = context.shadows.delete(name);
    await send(context, name, 'delete/accepted', deleted);
    return deleted;
  },
};

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_ListNamedShadowsForThing.html */
export const listNamedShadowsForThing: DataOperation = {
  http: 'GET /api/things/shadow/ListNamedShadowsForThing/{thingName}',
  async answer(request, { shadows, clock }) {
    const names = shadows.namesOf(nameOf(request).thingName);
    const { items, next } = shadowPage(names, new Input(Object.fromEntries(request.query)));
    return { results: items, ...next, timestamp: Math.floor(clock.now() / 1_000) };
  },
};

function nameOf({ labels: { thingName = '' }, query }: DataRequest): ShadowName {
  const shadowName = query.get('name') ?? undefined;
  if (!THING_NAME.test(thingName)) throw invalidRequest(`thingName must match ${THING_NAME.source}`);
  if (shadowName !== undefined && !SHADOW_NAME.test(shadowName)) {
    throw invalidRequest(`shadowName must match ${SHADOW_NAME.source}`);
  }
  return { thingName, shadowName };
}

async function send(
  { broker }: DataContext,
  { thingName, shadowName }: ShadowName,
  subject: string,
  message: object,
): Promise<void> {
  const shadow = shadowName === undefined ? 'shadow' : `shadow/name/${shadowName}`;
  const payload = Buffer.from(JSON.stringify(message));
  await broker.publish(`$aws/things/${thingName}/${shadow}/${subject}`, payload, 1);
}
