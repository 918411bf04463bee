import { invalidRequest } from '../errors.ts';
import { EVENT_TYPES } from '../event-configurations.ts';
import { epochSeconds, NOTHING, type Operations } from './operation.ts';

/** Other types are for services that do not run on a laptop. */
const ENDPOINT_TYPES = ['iot:Data', 'iot:Data-ATS'] as const;
/** What certificates are made out to, and where the broker listens. */
const ENDPOINT = 'localhost';

/** Settings of the account and the Region. */
export const accountOperations: Operations = {
  /** A host without a port, as on AWS: `mqtt.port` of the stack file has the port. */
  DescribeEndpoint: {
    http: 'GET /endpoint',
    members: ['endpointType'],
    answer: (input) => {
      input.optionalEnum('endpointType', ENDPOINT_TYPES);
      return { endpointAddress: ENDPOINT };
    },
  },
  DescribeEventConfigurations: {
    http: 'GET /event-configurations',
    members: [],
    answer: (_, { events }) => ({
      eventConfigurations: Object.fromEntries(
        EVENT_TYPES.map((type) => [type, { Enabled: events.isEnabled(type) }]),
      ),
      creationDate: epochSeconds(events.creationDateMs),
      lastModifiedDate: epochSeconds(events.lastModifiedDateMs),
    }),
  },
  UpdateEventConfigurations: {
    http: 'PATCH /event-configurations',
    members: ['eventConfigurations'],
    answer: (input, { events }) => {
      const configurations = input.optionalObject('eventConfigurations', EVENT_TYPES);
      if (configurations === undefined) throw invalidRequest('eventConfigurations is missing.');
      const changes = EVENT_TYPES.flatMap((type) => {
        const configuration = configurations.optionalObject(type, ['Enabled']);
        return configuration === undefined ? [] : [[type, configuration.flag('Enabled')] as const];
      });
      events.update(changes);
      return NOTHING;
    },
  },
};
