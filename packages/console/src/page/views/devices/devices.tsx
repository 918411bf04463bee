import './devices.css';
import { useEffect, useRef } from 'preact/hooks';
import { Link, useLocation, useSearch } from 'wouter-preact';
import { LISTS, type DeviceList as List } from '../../../contract/devices.ts';
import { pathOf } from '../../api/client.ts';
import { View } from '../../components/view.tsx';
import { defineMessages, useMessages } from '../../i18n/locale.ts';
import { DeviceList } from './device-list.tsx';
import { FindBox } from './find-box.tsx';
import { FindResults } from './find-results.tsx';
import { type Filter, ListFilter } from './list-filter.tsx';
import { listMessages } from './list-messages.ts';

const messages = defineMessages({
  en: {
    title: 'Devices',
    listTitle: (list: string) => `Devices: ${list}`,
    findTitle: (wanted: string) => `Devices: “${wanted}”`,
    lists: 'Lists of devices',
  },
  ja: {
    title: 'デバイス',
    listTitle: (list) => `デバイス：${list}`,
    findTitle: (wanted) => `デバイス：「${wanted}」`,
    lists: 'デバイスの一覧',
  },
});

/** Finds a device, and lists them by where they are in their lives: `?find=`, or `?state=&text=&type=`. */
export function Devices() {
  const text = useMessages(messages);
  const words = useMessages(listMessages);
  const [, navigate] = useLocation();
  const { find, state, filter } = readQuery(useSearch());
  const list = state ?? 'active';
  return (
    <View
      title={text.title}
      documentTitle={find === undefined ? text.listTitle(words.lists[list]) : text.findTitle(find)}
      actions={<FindBox {...(find !== undefined && { initial: find })} />}
    >
      <Tabs {...(find === undefined && { current: list })} filter={filter} />
      {find !== undefined && <FindResults key={find} text={find} />}
      {find === undefined && (
        <div class="device-browser">
          <p class="quiet">{words.leads[list]}</p>
          <ListFilter
            filter={filter}
            onChange={(changed) => navigate(pathOf('/devices', { state: list, ...changed }))}
          />
          <DeviceList key={JSON.stringify([list, filter])} list={list} filter={filter} />
        </div>
      )}
    </View>
  );
}

interface TabsProps {
  readonly current?: List;
  readonly filter: Filter;
}

/** Which list; where there is no room for all of them, the one that is shown is scrolled to. */
function Tabs({ current, filter }: TabsProps) {
  const text = useMessages(messages);
  const words = useMessages(listMessages);
  const tabs = useRef<HTMLUListElement>(null);
  useEffect(() => {
    tabs.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  return (
    <nav aria-label={text.lists}>
      <ul class="tabs" ref={tabs}>
        {LISTS.map((name) => (
          <li key={name}>
            <Link
              href={pathOf('/devices', { state: name, ...filter })}
              {...(name === current && { 'aria-current': 'page' })}
            >
              {words.lists[name]}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function readQuery(search: string) {
  const query = new URLSearchParams(search);
  const said = (name: string) => query.get(name)?.trim() || undefined;
  const state: List | undefined = LISTS.find((name) => name === query.get('state'));
  return { find: said('find'), state, filter: { text: said('text'), type: said('type') } };
}
