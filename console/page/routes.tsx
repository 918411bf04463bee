import type { ComponentType } from 'preact';
import { Device } from './views/device/device.tsx';
import { Overview } from './views/overview/overview.tsx';

interface PageRoute {
  /** As wouter has it: `/devices/:deviceId`. */
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a view takes follows from its path
  readonly view: ComponentType<any>;
  /** Only on the laptop. */
  readonly isLocalOnly?: true;
}

/** What is where. */
export const ROUTES: readonly PageRoute[] = [
  { path: '/', view: Overview },
  { path: '/devices/:deviceId', view: Device },
];
