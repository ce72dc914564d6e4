// Where a passage stands: offsets are Unicode code points, as the stored text counts them, never
// UTF-16 units.
const points = (text, units) => [...text.slice(0, units)].length;
const units = (text, count) => [...text].slice(0, count).join('').length;
const texts = (root) => document.createTreeWalker(root, NodeFilter.SHOW_TEXT);

export function offsetOf(root, node, at) {
  const here = document.createRange();
  here.setStart(root, 0);
  here.setEnd(node, at);
  const walk = texts(root);
  let best = null;
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    if (here.comparePoint(text, 0) > 0) break;
    best = text;
    if (text === node) break;
  }
  if (!best) return 0;
  return Number(best.parentElement.dataset.o) + points(best.data, best === node ? at : best.data.length);
}

export function rangeOf(root, start, end) {
  const range = document.createRange();
  const walk = texts(root);
  let begun = false;
  for (let text = walk.nextNode(); text; text = walk.nextNode()) {
    const from = Number(text.parentElement.dataset.o);
    const to = from + points(text.data, text.data.length);
    if (!begun && start >= from && start < to) {
      range.setStart(text, units(text.data, start - from));
      begun = true;
    }
    if (begun && end <= to) {
      range.setEnd(text, units(text.data, end - from));
      return range;
    }
  }
  return range;
}

// What lies between two offsets, with the line ends that no element holds.
export function quoteOf(root, start, end) {
  let quote = '';
  let at = start;
  for (const piece of root.querySelectorAll('[data-o]:not(.d-s)')) {
    const from = Number(piece.dataset.o);
    const letters = [...piece.textContent];
    if (from + letters.length <= start || from >= end) continue;
    quote += '\n'.repeat(Math.max(0, from - at));
    quote += letters.slice(Math.max(0, start - from), end - from).join('');
    at = Math.min(end, from + letters.length);
  }
  return quote;
}
