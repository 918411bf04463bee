import type { OptionDefinitions } from '../command.ts';
import type { Values } from '../values.ts';
import { type Parameters, QUERY_PARAMETERS } from './parameters.ts';

export const PARAMETER_OPTIONS: OptionDefinitions = {
  'device-id': { type: 'string', value: 'ID', description: 'the device, for queries about one' },
  'correlation-id': {
    type: 'string',
    value: 'ID',
    description: 'the request, for queries about one: a trace id, or the ARN of an execution',
  },
};

export const readParameters = (values: Values): Parameters =>
  Object.fromEntries(QUERY_PARAMETERS.map((option) => [option, values.text(option)]));
