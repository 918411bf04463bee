import { effect, signal } from '@preact/signals';

export const THEMES = ['auto', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const KEY = 'console-theme';

/** Light or dark; `auto` is as the system has it. */
export const theme = signal<Theme>('auto');

export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(KEY, chosen);
  theme.value = chosen;
}

export function applyTheme(): void {
  const chosen = localStorage.getItem(KEY);
  theme.value = THEMES.find((known) => known === chosen) ?? 'auto';
  effect(() => {
    document.documentElement.dataset['theme'] = theme.value;
  });
}
