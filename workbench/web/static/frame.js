// Menus, the dialog of keys, the search over everything, and what waits: all of it is plain
// links and forms without this file.
import { keysOn, onKeys, setKeys } from './keys.js';

const REST = 180;
const keys = document.querySelector('dialog#keys');
const seeker = document.querySelector('[data-seeker]');
const menus = [...document.querySelectorAll('[data-menu]')];

// In narrow bars begin where the reader is.
for (const current of document.querySelectorAll('.subs [aria-current]')) {
  const bar = current.parentElement;
  bar.scrollLeft = current.offsetLeft - bar.clientWidth / 3;
}

const openKeys = () => { if (!keys.open) keys.showModal(); return true; };
document.querySelector('[data-help]')?.addEventListener('click', openKeys);
const single = document.querySelector('[data-keys-on]');
if (single) {
  single.checked = keysOn();
  single.addEventListener('change', () => setKeys(single.checked));
}
onKeys((key) => key === '?' && openKeys());

// One menu at a time; it closes when one leaves it.
for (const menu of menus) {
  menu.addEventListener('toggle', () => {
    if (menu.open) menus.filter((other) => other !== menu).forEach((other) => { other.open = false; });
  });
}
addEventListener('click', (event) => {
  menus.filter((menu) => !menu.contains(event.target)).forEach((menu) => { menu.open = false; });
});
addEventListener('keydown', (event) => {
  const open = menus.find((menu) => menu.open);
  if (event.key !== 'Escape' || !open) return;
  open.open = false;
  open.querySelector('summary').focus();
});

function openSeeker(event) {
  event.preventDefault();
  if (!seeker.open) seeker.showModal();
  seeker.querySelector('input').select();
}

let timer = 0;
let asked = 0;
async function seek(form) {
  const place = seeker.querySelector('[data-found]');
  const words = form.elements.q.value.trim();
  const mine = (asked += 1);
  if (words.length < 2) { place.replaceChildren(); return; }
  try {
    const answer = await fetch(`${form.action}?${new URLSearchParams({ q: words })}`, { headers: { 'X-Fragment': '1' } });
    if (mine === asked && answer.ok) place.innerHTML = await answer.text();
  } catch { /* pressing Enter asks for the page of results */ }
}

// The arrows go through the field and what was found.
function step(event) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!by) return;
  const stops = [...seeker.querySelectorAll('input, [data-found] a')];
  const next = stops[stops.indexOf(document.activeElement) + by];
  if (next) { event.preventDefault(); next.focus(); }
}

if (seeker) {
  const form = seeker.querySelector('form');
  document.querySelector('[data-seek]').addEventListener('click', openSeeker);
  addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') openSeeker(event);
  });
  form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(seek, REST, form); });
  seeker.addEventListener('keydown', step);
  seeker.addEventListener('click', (event) => { if (event.target === seeker) seeker.close(); });
}

// How many things wait for who looks, beside the pages on which they wait.
const subs = document.querySelector('[data-waiting]');
async function count() {
  const answer = await fetch(subs.dataset.waiting, { headers: { accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok) return;
  const waiting = await answer.json();
  for (const badge of document.querySelectorAll('[data-badge]')) {
    const sum = badge.dataset.badge.trim().split(' ').reduce((all, name) => all + (waiting[name] ?? 0), 0);
    badge.hidden = sum === 0;
    badge.textContent = sum > 9999 ? `${Math.floor(sum / 1000)}k` : String(sum);
    badge.setAttribute('aria-label', `${sum} waiting for you`);
  }
}
let counting = 0;
export function countSoon(after = 1500) {
  if (subs) { clearTimeout(counting); counting = setTimeout(count, after); }
}
countSoon(0);
