import { Input } from '../../iot/api/input.ts';
import { shadowPage } from '../../iot/api/page.ts';
import { invalidRequest } from '../../iot/errors.ts';
import { SHADOW_NAME, type ShadowName, THING_NAME } from '../../iot/shadows.ts';
import { sendShadowMessages, updateShadow } from '../shadow-service.ts';
import type { DataOperation, DataRequest } from './operation.ts';

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
  async answer(request, { shadows, broker }) {
    const name = nameOf(request);
    const { accepted, messages } = updateShadow(shadows, name, request.body);
    await sendShadowMessages(broker.publish, name, messages);
    return accepted;
  },
};

/** https://docs.aws.amazon.com/iot/latest/apireference/API_iotdata_DeleteThingShadow.html */
export const deleteThingShadow: DataOperation = {
  http: `DELETE ${SHADOW}`,
  async answer(request, { shadows, broker }) {
    const name = nameOf(request);
    const deleted = shadows.delete(name);
    await sendShadowMessages(broker.publish, name, [{ subject: 'delete/accepted', document: deleted }]);
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
