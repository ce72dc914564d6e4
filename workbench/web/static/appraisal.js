// Appraisal by three keys: each steps its axis to the next word, S keeps what is chosen.
// It is a plain form without this file.
import { onKeys } from './keys.js';

const form = document.querySelector('[data-appraisal]');

onKeys((key) => {
  if (key === 's' && form) {
    form.requestSubmit(form.querySelector('button'));
    return true;
  }
  const axis = form?.querySelector(`select[aria-keyshortcuts="${key}"]`);
  if (!axis) return false;
  axis.selectedIndex = (axis.selectedIndex + 1) % axis.options.length;
  axis.scrollIntoView({ block: 'nearest' });
  document.querySelector('[data-say]').textContent = `${axis.labels[0].firstChild.textContent}: ${axis.selectedOptions[0].text}`;
  return true;
});
