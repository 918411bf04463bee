import { Link } from 'wouter-preact';
import type { QueryList, QuerySummary } from '../../../contract/queries.ts';
import { useResource } from '../../api/use-resource.ts';
import { DataTable } from '../../components/data-table.tsx';
import { Loaded } from '../../components/states.tsx';
import { View } from '../../components/view.tsx';
import { useMessages } from '../../i18n/locale.ts';
import { queryMessages } from './messages.ts';

/** The saved queries of the stack. */
export function Queries() {
  const text = useMessages(queryMessages);
  const list = useResource<QueryList>('/queries');
  return (
    <View title={text.title} lead={text.lead}>
      <Loaded resource={list} isEmpty={({ queries }) => queries.length === 0} empty={text.empty}>
        {({ queries }) => (
          <DataTable<QuerySummary>
            caption={text.title}
            rows={queries}
            keyOf={({ name }) => name}
            columns={[
              {
                key: 'name',
                title: text.name,
                cell: ({ name, title }) => <Link href={`/queries/${encodeURIComponent(name)}`}>{title}</Link>,
              },
              {
                key: 'answer',
                title: text.answer,
                cell: ({ title, description }) => text.answers[title] ?? description,
              },
            ]}
          />
        )}
      </Loaded>
    </View>
  );
}
