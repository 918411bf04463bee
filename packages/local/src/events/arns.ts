/** Where the buses are said to be. */
export interface Place {
  readonly region: string;
  readonly accountId: string;
}

/** The bus that every account has. */
export const DEFAULT_BUS = 'default';

/** `event-bus/{name}`, `archive/{name}`, `replay/{name}` */
export function eventsArn({ region, accountId }: Place, resource: string): string {
  return `arn:aws:events:${region}:${accountId}:${resource}`;
}

/** The ARN of a bus. */
export function busArn(place: Place, eventBusName: string): string {
  return eventsArn(place, `event-bus/${eventBusName}`);
}

/** Rules of the default bus are named without it. */
export function ruleArn(place: Place, eventBusName: string, name: string): string {
  return eventsArn(place, eventBusName === DEFAULT_BUS ? `rule/${name}` : `rule/${eventBusName}/${name}`);
}

/** The name of the bus that is referred to by its name or its ARN; undefined for an ARN of another place. */
export function busNameOf(reference: string, place: Place): string | undefined {
  const prefix = busArn(place, '');
  if (reference.startsWith(prefix)) return reference.slice(prefix.length);
  return reference.startsWith('arn:') ? undefined : reference;
}
