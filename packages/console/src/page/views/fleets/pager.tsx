import { Button } from '../../components/button.tsx';
import { formatNumber } from '../../i18n/format.ts';
import { defineMessages, useMessages } from '../../i18n/locale.ts';

const messages = defineMessages({
  en: {
    pages: 'Pages',
    previous: 'Previous',
    next: 'Next',
    range: (first: string, last: string) => `${first} to ${last}`,
  },
  ja: {
    pages: 'ページ',
    previous: '前へ',
    next: '次へ',
    range: (first, last) => `${first}〜${last}`,
  },
});

interface PagerProps {
  /** How many rows are on the pages before. */
  readonly from: number;
  readonly shown: number;
  readonly onPrevious?: () => void;
  readonly onNext?: () => void;
}

/** Goes through a table page by page; nothing where there is one alone. */
export function Pager({ from, shown, onPrevious, onNext }: PagerProps) {
  const text = useMessages(messages);
  if (onPrevious === undefined && onNext === undefined) return null;
  return (
    <nav class="actions" aria-label={text.pages}>
      <Button isDisabled={onPrevious === undefined} {...(onPrevious && { onClick: onPrevious })}>
        {text.previous}
      </Button>
      <Button isDisabled={onNext === undefined} {...(onNext && { onClick: onNext })}>
        {text.next}
      </Button>
      <span class="quiet">{text.range(formatNumber(from + 1), formatNumber(from + shown))}</span>
    </nav>
  );
}
