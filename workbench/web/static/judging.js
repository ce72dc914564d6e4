// Judging by keys: J and K go from passage to passage, 1 to 4 say what it does. Every form works
// without this file.
import { onKeys } from './keys.js';

const passages = () => [...document.querySelectorAll('.fragment')];
const here = () => document.activeElement?.closest('.fragment');

function go(step) {
  const all = passages();
  const at = all.indexOf(here());
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
  return true;
}

function judge(key) {
  const button = here()?.querySelector(`[data-judge] button[aria-keyshortcuts="${key}"]`);
  button?.click();
  return Boolean(button);
}

onKeys((key) => {
  if (key === 'j') return go(1);
  if (key === 'k') return go(-1);
  return ['1', '2', '3', '4'].includes(key) && judge(key);
});

const named = location.hash.startsWith('#fragment-') && document.getElementById(decodeURIComponent(location.hash.slice(1)));
if (named) named.focus();
