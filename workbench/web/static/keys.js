// One place decides whether a single key may act: never with a modifier, in a field,
// while composing, with a dialog open, or when the reader has switched single keys off.
const SWITCH = 'retroduct-keys';
const TYPING = 'input:not([type=radio]):not([type=checkbox]), textarea, select, [contenteditable=true]';

export const keysOn = () => localStorage.getItem(SWITCH) !== 'off';
export const setKeys = (on) => localStorage.setItem(SWITCH, on ? 'on' : 'off');

export function onKeys(act) {
  addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || event.repeat) return;
    if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) return;
    const field = event.target.closest?.(TYPING);
    if (field) {
      if (event.key === 'Escape') field.blur();
      return;
    }
    if (event.key.length === 1 && event.key !== '?' && !keysOn()) return;
    if (act(event.key.toLowerCase())) event.preventDefault();
  });
}
