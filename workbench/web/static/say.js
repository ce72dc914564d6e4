// What changed, for those who hear the page; it waits until they are done with something else.
export function say(words) {
  const place = document.querySelector('[data-say]');
  if (!place) return;
  place.textContent = '';
  requestAnimationFrame(() => { place.textContent = words; });
}
