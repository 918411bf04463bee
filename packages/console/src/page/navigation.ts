import { defineMessages } from './i18n/locale.ts';

export const navigationMessages = defineMessages({
  en: {
    overview: 'Overview',
    devices: 'Devices',
    executions: 'Executions',
    fleets: 'Fleets',
    deadLetters: 'Dead letters',
    queries: 'Queries',
    laptop: 'Try it',
  },
  ja: {
    overview: '概要',
    devices: 'デバイス',
    executions: '実行',
    fleets: 'フリート',
    deadLetters: 'デッドレター',
    queries: 'クエリ',
    laptop: '試してみる',
  },
});

interface NavigationItem {
  readonly path: string;
  readonly name: keyof (typeof navigationMessages)['en'];
  readonly isLocalOnly?: true;
}

/** The main views, in the order in which they are shown. */
export const NAVIGATION: readonly NavigationItem[] = [
  { path: '/', name: 'overview' },
  { path: '/devices', name: 'devices' },
  { path: '/executions', name: 'executions' },
  { path: '/fleets', name: 'fleets' },
  { path: '/dead-letters', name: 'deadLetters' },
  { path: '/queries', name: 'queries' },
  { path: '/laptop', name: 'laptop', isLocalOnly: true },
];
