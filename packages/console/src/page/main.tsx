import './styles/base.css';
import './styles/layout.css';
import './styles/controls.css';
import './styles/tables.css';
import { render } from 'preact';
import { takeToken } from './api/token.ts';
import { App } from './app.tsx';
import { applyLocale } from './i18n/locale.ts';
import { applyTheme } from './theme.ts';

takeToken();
applyTheme();
applyLocale();
const root = document.getElementById('app');
if (root !== null) {
  root.replaceChildren();
  render(<App />, root);
}
