// Own words of an element: a part of the passage, taken from what is selected in the text or in the
// field of the passage. Emptied, its field stands for all of the passage.
const points = (text, units) => [...text.slice(0, units)].length;

export class Marking {
  constructor(desk, say) {
    this.desk = desk;
    this.say = say;
    desk.addEventListener('click', (event) => {
      const button = event.target.closest('[data-mark]');
      if (button) this.press(button, event.detail === 0);
    });
  }

  get on() { return this.desk.querySelector('[data-mark][aria-pressed="true"]'); }

  off() { this.on?.setAttribute('aria-pressed', 'false'); }

  press(button, byKey) {
    const { quote } = this.desk.form;
    const was = this.on;
    this.off();
    if (quote.selectionStart < quote.selectionEnd) return this.fromField(button, quote);
    if (was === button) return button.focus();
    if (!quote.value.trim()) return this.say('Select the passage first.');
    button.setAttribute('aria-pressed', 'true');
    if (byKey) quote.focus();
    return this.say('Select its words inside the passage.');
  }

  fromField(button, quote) {
    const [from, to] = [points(quote.value, quote.selectionStart), points(quote.value, quote.selectionEnd)];
    const start = this.desk.form.start.value;
    const at = (offset) => (start === '' ? '' : Number(start) + offset);
    this.put(button, [...quote.value].slice(from, to).join(''), at(from), at(to));
    quote.setSelectionRange(0, 0);
  }

  // Whether what is selected in the text is an element's, not a new passage.
  takes(selected) {
    const button = this.on;
    if (!button) return false;
    const { passage } = this.desk;
    if (!selected) return true;
    if (passage && selected.start >= passage.start && selected.end <= passage.end) {
      this.put(button, selected.quote, selected.start, selected.end);
    } else this.say('Select its words inside the passage.');
    return true;
  }

  put(button, words, start, end) {
    const box = button.closest('.d-span');
    box.querySelector('[data-words]').value = words;
    box.querySelector('[data-from]').value = start;
    box.querySelector('[data-to]').value = end;
    this.say(`Its own words: ${words}`);
  }
}
