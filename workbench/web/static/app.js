// The frame, the theme switch, the live feed, and forms that keep what is typed. Pages work
// without this file.
import './frame.js';
import './live.js';
import './keep.js';
import './screening.js';

document.querySelector('[data-theme-toggle]')?.addEventListener('click', () => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const now = root.dataset.theme || (dark ? 'dark' : 'light');
  root.dataset.theme = now === 'dark' ? 'light' : 'dark';
  localStorage.setItem('retroduct-theme', root.dataset.theme);
});
