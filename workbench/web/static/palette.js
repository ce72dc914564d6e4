// The palette of codes: what is typed keeps of every list of codes those that have the words.
// Without this file each list is chosen from as it is.
import { onKeys } from './keys.js';

const has = (option, words) => {
  const text = `${option.parentElement.label ?? ''} ${option.text}`.toLowerCase();
  return words.every((word) => text.includes(word));
};

function narrow(field) {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  let left = 0;
  for (const list of field.form.querySelectorAll('select[name^="code_"]')) {
    const found = [...list.options].filter((option) => option.value && has(option, words));
    for (const option of list.options) {
      option.hidden = Boolean(option.value) && !option.selected && !found.includes(option);
    }
    for (const group of list.querySelectorAll('optgroup')) {
      group.hidden = [...group.children].every((option) => option.hidden);
    }
    list.toggleAttribute('data-found', words.length > 0 && found.length > 0);
    left += found.length;
  }
  field.form.querySelector('[data-left]').textContent = words.length ? `${left} ${left === 1 ? 'code has' : 'codes have'} these words.` : '';
  return left;
}

// Enter takes the one code that is left, in the list in which it is.
function take(field) {
  const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const lists = [...field.form.querySelectorAll('select[name^="code_"]')];
  const left = lists.flatMap((list) => [...list.options].filter((option) => option.value && words.length && has(option, words)));
  if (left.length !== 1) return;
  const list = left[0].closest('select');
  list.value = left[0].value;
  field.value = '';
  narrow(field);
  list.focus();
}

document.documentElement.dataset.paletteOn = '';
addEventListener('input', (event) => event.target.matches('[data-palette]') && narrow(event.target));
addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || !event.target.matches('[data-palette]')) return;
  event.preventDefault();
  take(event.target);
});
onKeys((key) => {
  const field = key === 'c' && document.querySelector('input[data-palette]');
  field?.focus?.();
  return Boolean(field);
});
