import { chooseLocale, defineMessages, LOCALES, type Locale, locale, useMessages } from './i18n/locale.ts';
import { chooseTheme, THEMES, theme } from './theme.ts';

const messages = defineMessages({
  en: { language: 'Language', theme: 'Colours', auto: 'as the system', light: 'light', dark: 'dark' },
  ja: { language: '言語', theme: '配色', auto: 'システムに従う', light: 'ライト', dark: 'ダーク' },
});

const NAMES: Readonly<Record<Locale, string>> = { en: 'English', ja: '日本語' };

/** Language and colours, kept by the browser. */
export function Preferences() {
  const text = useMessages(messages);
  return (
    <div class="preferences">
      <select
        aria-label={text.language}
        value={locale.value}
        onChange={({ currentTarget }) =>
          chooseLocale(LOCALES.find((name) => name === currentTarget.value) ?? 'en')
        }
      >
        {LOCALES.map((name) => (
          <option key={name} value={name} lang={name}>
            {NAMES[name]}
          </option>
        ))}
      </select>
      <select
        aria-label={text.theme}
        value={theme.value}
        onChange={({ currentTarget }) =>
          chooseTheme(THEMES.find((name) => name === currentTarget.value) ?? 'auto')
        }
      >
        {THEMES.map((name) => (
          <option key={name} value={name}>
            {text[name]}
          </option>
        ))}
      </select>
    </div>
  );
}
