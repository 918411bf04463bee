import type { BusEvent } from './bus-event.ts';

/** An event as it is kept: without what its text says. */
export type KeptEvent = Omit<BusEvent, 'value'>;

export function toKept({ id, timeMs, ingestedAtMs, text }: BusEvent): KeptEvent {
  return { id, timeMs, ingestedAtMs, text };
}

export function fromKept(event: KeptEvent): BusEvent {
  return { ...event, value: JSON.parse(event.text) };
}
