// Theme switch and the live feed. Pages work without this file.
import './live.js';
import './screening.js';

// On a narrow screen the sections scroll sideways: begin where the reader is.
const section = document.querySelector('.top nav [aria-current]');
if (section) section.parentElement.scrollLeft = section.offsetLeft - section.parentElement.clientWidth / 3;

document.querySelector('[data-theme-toggle]')?.addEventListener('click', () => {
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)').matches;
  const now = root.dataset.theme || (dark ? 'dark' : 'light');
  root.dataset.theme = now === 'dark' ? 'light' : 'dark';
  localStorage.setItem('retroduct-theme', root.dataset.theme);
});
