import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { Link, useLocation } from 'wouter-preact';
import { liveState } from './api/live.ts';
import { Badge } from './components/badge.tsx';
import { OutageBanner } from './components/outage-banner.tsx';
import { defineMessages, useMessages } from './i18n/locale.ts';
import { NAVIGATION, navigationMessages } from './navigation.ts';
import { Preferences } from './preferences.tsx';
import { useSession } from './session.ts';
import { FindBox } from './views/devices/find-box.tsx';
import { StackTime } from './views/laptop/stack-clock.tsx';

const messages = defineMessages({
  en: {
    skip: 'Skip to the content',
    main: 'Main',
    live: 'live',
    notLive: 'not live',
    connecting: 'connecting',
    readOnly: 'read-only',
    laptop: 'laptop',
  },
  ja: {
    skip: '本文へ移動',
    main: 'メイン',
    live: 'ライブ',
    notLive: '更新停止',
    connecting: '接続中',
    readOnly: '読み取り専用',
    laptop: 'ローカル',
  },
});

/** What is around every view: where one is, and where one can go. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const text = useMessages(messages);
  const { stackName, region, accountId, isLocal, isReadOnly, operator } = useSession();
  const [location] = useLocation();
  return (
    <div class="shell">
      <a class="skip" href="#content">
        {text.skip}
      </a>
      <header class="shell-header">
        <div class="stack" title={operator}>
          <strong>{stackName}</strong>
          <span class="quiet">{isLocal ? text.laptop : `${region} · ${accountId}`}</span>
          {isReadOnly && <Badge>{text.readOnly}</Badge>}
          <LiveBadge />
          {isLocal && <StackTime />}
        </div>
        <div class="shell-tools">
          {location !== '/devices' && <FindBox isCompact />}
          <Preferences />
        </div>
      </header>
      <Navigation />
      <main id="content" tabIndex={-1}>
        <OutageBanner />
        {children}
      </main>
    </div>
  );
}

function Navigation() {
  const text = useMessages(messages);
  const names = useMessages(navigationMessages);
  const { isLocal } = useSession();
  const [location] = useLocation();
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a narrow window it is a line that is scrolled sideways.
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (current) list.current?.scrollTo({ left: current.offsetLeft - current.offsetWidth });
  }, [location]);
  const isCurrent = (path: string) =>
    path === '/' ? location === '/' : `${location}/`.startsWith(`${path}/`);
  return (
    <nav ref={list} class="shell-navigation" aria-label={text.main}>
      <ul>
        {NAVIGATION.filter(({ isLocalOnly }) => isLocalOnly !== true || isLocal).map(({ path, name }) => (
          <li key={path}>
            <Link href={path} {...(isCurrent(path) && { 'aria-current': 'page' })}>
              {names[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function LiveBadge() {
  const text = useMessages(messages);
  const state = liveState.value;
  if (state === 'live') return <Badge tone="good">{text.live}</Badge>;
  if (state === undefined) return <Badge>{text.connecting}</Badge>;
  return (
    <Badge tone="bad" title={state.message}>
      {text.notLive}
    </Badge>
  );
}
