import { invalidRequest } from '../errors.ts';
import type { IotRegistry } from '../iot-registry.ts';
import type { AttachedCertificate } from '../thing-principals.ts';
import type { Input } from './input.ts';
import { NOTHING, type Operations } from './operation.ts';
import { TOKEN_MEMBERS, tokenPage } from './page.ts';

const TYPES = ['EXCLUSIVE_THING', 'NON_EXCLUSIVE_THING'] as const;

/** https://docs.aws.amazon.com/iot/latest/apireference/API_AttachThingPrincipal.html and its neighbours */
export const principalOperations: Operations = {
  AttachThingPrincipal: {
    http: 'PUT /things/{thingName}/principals',
    members: ['principal', 'thingPrincipalType'],
    answer: (input, { registry }) => {
      const { thingName } = registry.things.get(input.text('thingName'));
      const type = input.optionalEnum('thingPrincipalType', TYPES) ?? 'NON_EXCLUSIVE_THING';
      registry.thingPrincipals.attach(certificateIdOf(input, registry), thingName, type);
      return NOTHING;
    },
  },
  DetachThingPrincipal: {
    http: 'DELETE /things/{thingName}/principals',
    members: ['principal'],
    answer: (input, { registry }) => {
      const { thingName } = registry.things.get(input.text('thingName'));
      registry.thingPrincipals.detach(certificateIdOf(input, registry), thingName);
      return NOTHING;
    },
  },
  ListThingPrincipals: {
    http: 'GET /things/{thingName}/principals',
    members: TOKEN_MEMBERS,
    answer: (input, { registry }) => {
      const { items, next } = certificatePage(input, registry);
      return { principals: items.map(({ certificateId }) => arnOf(certificateId, registry)), ...next };
    },
  },
  ListThingPrincipalsV2: {
    http: 'GET /things/{thingName}/principals-v2',
    members: ['thingPrincipalType', ...TOKEN_MEMBERS],
    answer: (input, { registry }) => {
      const { items, next } = certificatePage(input, registry);
      const thingPrincipalObjects = items.map(({ certificateId, thingPrincipalType }) => ({
        principal: arnOf(certificateId, registry),
        thingPrincipalType,
      }));
      return { thingPrincipalObjects, ...next };
    },
  },
  ListPrincipalThings: {
    http: 'GET /principals/things',
    members: ['principal', ...TOKEN_MEMBERS],
    answer: (input, { registry }) => {
      const { items, next } = thingPage(input, registry);
      return { things: items.map(({ thingName }) => thingName), ...next };
    },
  },
  ListPrincipalThingsV2: {
    http: 'GET /principals/things-v2',
    members: ['principal', 'thingPrincipalType', ...TOKEN_MEMBERS],
    answer: (input, { registry }) => {
      const { items, next } = thingPage(input, registry);
      return { principalThingObjects: items, ...next };
    },
  },
};

function certificateIdOf(input: Input, { arns, certificates }: IotRegistry): string {
  const principal = input.text('principal');
  const { type, id } = arns.parse(principal);
  if (type !== 'cert') throw invalidRequest(`${principal} is no certificate.`);
  return certificates.get(id).certificateId;
}

function arnOf(certificateId: string, { certificates }: IotRegistry): string {
  return certificates.get(certificateId).certificateArn;
}

function certificatePage(input: Input, registry: IotRegistry) {
  const { thingName } = registry.things.get(input.text('thingName'));
  const all = registry.thingPrincipals.certificatesOf(thingName).filter(ofType(input));
  return tokenPage(all, input, ({ certificateId }) => certificateId);
}

function thingPage(input: Input, registry: IotRegistry) {
  const things = registry.thingPrincipals.thingsOf(certificateIdOf(input, registry)).filter(ofType(input));
  return tokenPage(things, input, ({ thingName }) => thingName);
}

function ofType(input: Input): (attachment: Pick<AttachedCertificate, 'thingPrincipalType'>) => boolean {
  const type = input.optionalEnum('thingPrincipalType', TYPES);
  return ({ thingPrincipalType }) => type === undefined || thingPrincipalType === type;
}
