"""What a machine can check of accessibility, on every page and in both schemes."""

import pytest

from tests.browser import the_review

PAGES = (
    "",
    "/notices",
    "/screening",
    "/conflicts",
    "/coding",
    "/coding/d0",
    "/codebook",
    "/codes/door",
    "/forms",
    "/coding-rounds",
    "/projects",
    "/suggestions",
    "/synthesis",
    "/theories/PT1",
)
TEXT = "The nurse called each week. Patients felt known."

CHECK = """() => {
  const faults = [];
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const what = (e) => e.outerHTML.replace(/\\s+/g, ' ').slice(0, 110);
  const named = (e) => e.labels?.length || e.ariaLabel || e.getAttribute('aria-labelledby')
    || (e.tagName === 'BUTTON' && e.textContent.trim());
  for (const e of document.querySelectorAll('input:not([type=hidden]),select,textarea,button'))
    if (!named(e)) faults.push('no name: ' + what(e));
  for (const e of document.querySelectorAll('a[href]'))
    if (!e.textContent.trim() && !e.ariaLabel) faults.push('link without words: ' + what(e));
  for (const e of document.querySelectorAll('img:not([alt]),svg[role=img]:not([aria-label])'))
    faults.push('picture without words: ' + what(e));
  if (document.querySelectorAll('h1').length !== 1) faults.push('not one h1');
  let level = 0;
  for (const e of document.querySelectorAll('main :is(h1,h2,h3,h4)')) {
    if (!e.closest('dialog') && level && +e.tagName[1] > level + 1)
      faults.push('heading: ' + what(e));
    level = +e.tagName[1];
  }
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
  for (const id of new Set(twice)) faults.push('id twice: ' + id);
  for (const e of document.querySelectorAll('button,input:not([type=hidden]),select,nav a')) {
    const box = e.getBoundingClientRect();
    if (shown(e) && box.width > 1 && (box.height < 23.5 || box.width < 23.5) && !e.closest('label'))
      faults.push(`small target ${box.width}x${box.height}: ` + what(e));
  }
  for (const e of document.querySelectorAll('[role=region],.scroll'))
    if (e.scrollWidth > e.clientWidth && e.tabIndex < 0) faults.push('no key reaches: ' + what(e));
  const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
  const light = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
  const ground = (e) => {
    for (; e; e = e.parentElement) {
      const c = rgb(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > 0.99) return c;
    }
    return [255, 255, 255];
  };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let t = walk.nextNode(); t; t = walk.nextNode()) {
    const e = t.parentElement;
    if (!t.data.trim() || !shown(e) || e.closest('svg,script,option,.skip,:disabled')) continue;
    const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))].sort((x, y) => x - y);
    if ((b + 0.05) / (a + 0.05) < 4.5) faults.push('contrast: ' + what(e));
  }
  return [...new Set(faults)];
}"""


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
@pytest.mark.usefixtures("filled")
async def test_every_page_can_be_named_read_and_reached(sqlite_system, visit, scheme):
    async with sqlite_system.client() as client:
        records = await the_review.fill(sqlite_system, client)
        body = {"kind": "literature", "title": "Report 0", "record": records[0], "study": "s0"}
        path = "/api/extraction/reviews/rev/documents/d0"
        await the_review.said(client.put(path, json={**body, "text": TEXT}))
    found = {}
    context = await visit.browser.new_context(color_scheme=scheme, reduced_motion="reduce")
    for path in PAGES:
        async with visit.page(f"/reviews/rev{path}", context=context) as page:
            found[path] = await page.evaluate(CHECK)
    async with visit.page("/load", context=context) as page:
        found["/load"] = await page.evaluate(CHECK)
    await context.close()
    assert {path: faults for path, faults in found.items() if faults} == {}


async def test_the_first_stop_of_the_tab_key_skips_to_the_content(sqlite_system, visit):
    async with visit.page("/") as page:
        await page.keyboard.press("Tab")
        assert await page.evaluate("document.activeElement.hash") == "#main"
        outline = "getComputedStyle(document.activeElement).outlineStyle"
        assert await page.evaluate(outline) == "solid"
