import { effect, signal } from '@preact/signals';

export const LOCALES = ['en', 'ja'] as const;
export type Locale = (typeof LOCALES)[number];

const KEY = 'console-locale';

const isLocale = (text: string | undefined | null): text is Locale =>
  LOCALES.some((locale) => locale === text);

function firstLocale(): Locale {
  const chosen = localStorage.getItem(KEY);
  if (isLocale(chosen)) return chosen;
  return navigator.languages.map((language) => language.slice(0, 2)).find(isLocale) ?? 'en';
}

/** The language of the page. */
export const locale = signal<Locale>('en');

export function chooseLocale(chosen: Locale): void {
  localStorage.setItem(KEY, chosen);
  locale.value = chosen;
}

export function applyLocale(): void {
  locale.value = firstLocale();
  effect(() => {
    document.documentElement.lang = locale.value;
  });
}

type Said<T> = { readonly [K in keyof T]: T[K] extends string ? string : T[K] };

/** The words of a part of the page in each language; a function where something is put into them. */
export interface Messages<T> {
  readonly en: T;
  readonly ja: Said<T>;
}

export const defineMessages = <T extends object>(messages: Messages<T>): Messages<T> => messages;

/** The words in the page's language; components that use them are drawn again when it changes. */
export const useMessages = <T>(messages: Messages<T>): Said<T> => messages[locale.value] as Said<T>;
