// Keys on a page of entries that are decided one after the other: they press a button of the
// entry in which one works, or of the first.
import { onKeys } from './keys.js';

const KEYS = { s: 'merge', d: 'distinct', a: 'a', b: 'b' };

function entry() {
  return document.activeElement?.closest('[data-pair]') ?? document.querySelector('[data-pair]');
}

onKeys((key) => {
  const button = KEYS[key] && entry()?.querySelector(`button[value="${KEYS[key]}"], [data-key-of="${KEYS[key]}"]`);
  button?.click();
  return Boolean(button);
});
