// What goes out of an incident on paper and as files, as two agencies see it.
import assert from "node:assert/strict";
import { at, end, given, looksRight, ok, open, signIn, wide } from "./browser.mjs";

const { incident, council, icb } = given;
const here = (path = "") => at(`/incidents/${incident}${path}`);
const kinds = ["cabinet-member", "director", "adass", "iimarch", "methane", "closing-review"];

const lead = await open(wide);
const { page } = lead;
await signIn(page, council, `/incidents/${incident}/briefings`);
await looksRight(page, "briefings");
const told = {};
for (const kind of kinds) {
  await page.goto(here(`/briefings/${kind}`));
  told[kind] = await page.locator(".paper").innerText();
  await looksRight(page, `briefing-${kind}`);
  assert.match(told[kind], /EXERCISE/);
  assert.match(told[kind], /Nothing on the record is outside this view/);
  assert.match(told[kind], /in the view of Coventry City Council/);
  // Each line leads to its entry or clock, or says that no entry in this view says it.
  const lines = await page.locator(".paper__line").count();
  const sources = await page.locator(".paper__line .paper__source").count();
  assert.ok(lines > 0 && lines === sources, `${kind} has ${lines} lines and ${sources} sources`);
  // As it is printed.
  await page.emulateMedia({ media: "print" });
  for (const seen of [".paper__mark >> nth=0", ".paper__seen", ".paper__line >> nth=0", ".paper__source >> nth=0", "h1"]) {
    assert.ok(await page.locator(seen).isVisible(), `${kind}: ${seen} is printed`);
  }
  for (const hidden of [".bar", ".ways", ".paper__ways", ".foot"]) assert.ok(!(await page.locator(hidden).first().isVisible()), `${kind}: ${hidden} is not printed`);
  const printed = await page.pdf({ preferCSSPageSize: true, path: `${given.shots}/briefing-${kind}.pdf` });
  const box = /\/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]/.exec(printed.toString("latin1"));
  assert.ok(box, `${kind}: a page has a size`);
  assert.deepEqual([Math.round(Number(box[1])), Math.round(Number(box[2]))], [595, 842], `${kind} is A4`);
  await page.emulateMedia({ media: null });
}
ok("every briefing has no axe violation, fits 390 px, prints on A4, and says exercise, view and sources");
assert.match(told.methane, /No major incident was declared/);
assert.equal(await (await page.goto(here("/briefings/nobody"))).status(), 404);

// Each line leads somewhere that is there.
await page.goto(here("/briefings/director"));
for (const href of new Set(await page.locator("a.paper__source").evaluateAll((all) => all.map((one) => one.getAttribute("href"))))) {
  assert.equal((await lead.context.request.get(at(href))).status(), 200, href);
}
ok("every source that is named has a page");

// Files.
const get = async (context, path) => {
  const answer = await context.request.get(here(path));
  assert.equal(answer.status(), 200, path);
  assert.match(answer.headers()["content-disposition"], /^attachment; filename="EXERCISE-[a-z.-]+"$/, path);
  return answer.text();
};
const html = await get(lead.context, "/briefings/iimarch/html");
assert.ok(!/<(script|link|img)/.test(html) && html.includes("EXERCISE"), "a file asks for nothing else");
const loose = await open(wide);
await loose.page.setContent(html);
await loose.page.setViewportSize({ width: 390, height: 844 });
assert.ok(await loose.page.evaluate(() => document.documentElement.scrollWidth) <= 390);
await loose.page.screenshot({ path: `${given.shots}/paper-390.png`, fullPage: true });
assert.equal(JSON.parse(await get(lead.context, "/briefings/cabinet-member/json")).kind, "cabinet-member");
assert.match(await get(lead.context, "/briefings/methane/text"), /^EXERCISE - ETHANE REPORT/);
const calendar = await get(lead.context, "/calendar.ics");
const ical = await import("ical.js").then((found) => found.default, () => null);
if (ical) {
  const events = new ical.Component(ical.parse(calendar)).getAllSubcomponents("vevent").map((one) => new ical.Event(one));
  assert.ok(events.length > 1);
  assert.equal(new Set(events.map((one) => one.uid)).size, events.length, "every event has a name of its own");
  for (const event of events) {
    assert.match(event.summary, /^EXERCISE - /);
    assert.equal(event.startDate.zone.tzid, "UTC");
  }
  ok(`another library reads ${events.length} events from the calendar`);
} else {
  ok("SKIPPED: ical.js is not here, so that no other library read the calendar");
}
ok(`people ${JSON.stringify(await get(lead.context, "/people.csv"))}`);

// Somebody who sees less.
const other = await open(wide);
await signIn(other.page, icb, `/incidents/${incident}/briefings/iimarch`);
const less = await other.page.locator(".paper").innerText();
assert.match(less, /outside this view/);
assert.match(less, /Nobody is on the list/);
assert.match(told.iimarch, /3 people on the list/);
assert.ok(told.iimarch.includes("the night staff") && !less.includes("the night staff"));
await looksRight(other.page, "briefing-iimarch-less");
ok(`fewer ${JSON.stringify(await get(other.context, "/people.csv"))}`);
ok("what another agency sees is less, and its sheet says so");
const stranger = await other.context.request.get(at("/incidents/00000000000000000000000000000000/people.csv"));
assert.equal(stranger.status(), 403);
await end();
