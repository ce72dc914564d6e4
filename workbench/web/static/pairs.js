// Keys on a page of entries that are decided one after the other: they press a button of the
// entry in which one works, or of the first.
import { onKeys } from './keys.js';

const KEYS = { s: 'merge', d: 'distinct', a: 'a', b: 'b' };

function entry() {
  return document.activeElement?.closest('[data-pair]') ?? document.querySelector('[data-pair]');
}

// To adopt a vote: its verdict and reason are chosen, and the cursor waits for the written reason;
// where one is written already, the conflict is settled.
for (const adopt of document.querySelectorAll('[data-adopt]')) adopt.hidden = false;
addEventListener('click', (event) => {
  const adopt = event.target.closest('[data-adopt]');
  const form = adopt?.closest('[data-pair]').querySelector('form');
  if (!form) return;
  const reason = form.elements.reason;
  if (reason) reason.value = adopt.dataset.adopt === 'exclude' ? adopt.dataset.reason : '';
  const button = form.querySelector(`button[value="${adopt.dataset.adopt}"]`);
  form.querySelectorAll('.acts button').forEach((one) => one.classList.toggle('chosen', one === button));
  if (form.elements.note.value.trim() && button) form.requestSubmit(button);
  else form.elements.note.focus();
});

onKeys((key) => {
  const button = KEYS[key] && entry()?.querySelector(`button[value="${KEYS[key]}"], [data-key-of="${KEYS[key]}"]`);
  button?.click();
  return Boolean(button);
});
