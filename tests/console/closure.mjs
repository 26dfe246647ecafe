// Works the closure of a home from opening to closing by forms alone: once by keyboard, with another agency beside, and
// once without a script; and keeps pages open while the server is killed and started again.
import assert from "node:assert/strict";
import { ask, at, byKeys, end, given, looksRight, ok, open, signIn, wide } from "./browser.mjs";

const { council, icb } = given;
const uk = (hours) => new Date(Date.now() + hours * 3600e3).toLocaleString("sv-SE", { timeZone: "Europe/London" }).slice(0, 16);

// The form that is sent to an address of an incident, told from its like by a hidden field.
const selector = (action, hidden = {}) => `form[action$="/${action}"]${Object.entries(hidden).map(([name, value]) => `:has(input[type=hidden][name="${name}"][value="${value}"])`).join("")}`;

// The same with a pointer, and without a script.
async function byHand(page, form, values) {
  const one = page.locator(form).first();
  await one.waitFor({ state: "attached" });
  const shut = one.locator("xpath=ancestor::details[not(@open)]");
  if (await shut.count() > 0) await shut.last().locator("xpath=./summary").click();
  for (const [name, value] of values) {
    const field = one.locator(`[name="${name}"]`).first();
    const kind = await field.getAttribute("type");
    if (kind === "checkbox") await one.locator(`[name="${name}"][value="${value}"]`).check();
    else if (kind === "radio") await field.check();
    else if (await one.locator(`select[name="${name}"]`).count() > 0) await field.selectOption({ label: value });
    else await field.fill(value);
  }
  await one.locator("button[type=submit]").click();
  await page.waitForLoadState("load");
}

const done = (page, text) => page.getByRole("alert").getByText(text).waitFor();
const unfold = (page) => page.evaluate(() => document.querySelectorAll("main details").forEach((one) => { one.open = true; }));

// The main task, from the first page to the end. `look` is called with the name of each page where it stands.
async function closes(page, title, fill, look, meanwhile) {
  await page.goto(at("/"));
  await page.getByRole("link", { name: "Open an incident" }).click();
  await look("open");
  const opening = [["title", title], ["failures", "business-failure"], ["beds", "many"], ["notified_at", uk(-1)], ["care_stops_at", uk(71)], ["exercise", "yes"]];
  await fill(page, selector("open"), opening);
  await page.getByRole("heading", { name: "Nothing was written yet" }).waitFor();
  assert.equal(await page.getByLabel("What do people call it?").inputValue(), title, "what was typed stands again");
  assert.ok(await page.getByRole("checkbox", { name: "Business failure" }).isChecked());
  await look("open-refused");
  await fill(page, selector("open"), [["beds", "48"]]);
  await done(page, "Opened.");
  const id = new URL(page.url()).pathname.split("/").pop();
  const go = (path) => page.goto(at(`/incidents/${id}${path}`));
  await go("/manage");
  await look("manage");
  await fill(page, selector("take-office", { take: "incident-lead" }), []);
  await done(page, "Written down.");
  await fill(page, selector("invite"), [["agency", given.icbLabel], ["interest", "Operational"]]);
  await done(page, "Invited.");
  await fill(page, selector("note"), [["text", "the provider told us at 08:15"]]);
  await done(page, "Noted.");

  // The duty of section 48.
  await go("/questions");
  for (const key of ["registered-provider", "regulated-activity", "business-failure", "unable-to-carry-on"]) {
    await fill(page, selector("answer", { key: `s48/${key}` }), [["answer", "yes"], ["source", "the notice of appointment"]]);
    await done(page, "Answered.");
  }
  await go("/manage");
  await fill(page, selector("ask"), [["asks", "Who holds the keys?"], ["of", "Council"]]);
  await done(page, "Asked.");
  ok(`${title}: opened, and the questions of section 48 answered`);

  // The plan of closure, and what it puts to an office.
  await go("/advice");
  const together = "form[action$='/adopt']:has(button:not(.govuk-button--small))";
  assert.match(await page.locator(together, { hasText: "Emergency closure" }).first().textContent(), /Adopt all/);
  await page.locator(together, { hasText: "Emergency closure" }).first().locator("button").click();
  await done(page, "Adopted.");
  await go("/options");
  await look("options");
  const slots = [["information", "twelve people live there; the landlord is a creditor"], ["risk_and_strategy", "cold and falls; move by day"], ["powers_and_policy", "Care Act 2014 section 48"], ["chosen", "1"]];
  await fill(page, selector("options"), slots);
  await page.getByText("Say what happens now, and when it is looked at again").first().waitFor();
  assert.equal(await page.getByLabel("What allows it?").first().inputValue(), "Care Act 2014 section 48", "what was typed stands again");
  await look("options-refused");
  await fill(page, selector("options"), [["action_and_review", "beds by noon; looked at again at 17:00"]]);
  await done(page, "Decided");
  const decided = page.locator("section", { has: page.getByRole("heading", { name: "Decided", exact: true }) });
  await decided.locator("summary").first().click();
  await decided.getByText("cold and falls; move by day").waitFor();
  await decided.getByText("duty.manager, Coventry City Council").first().waitFor();
  await look("options-decided");
  await decided.getByRole("link", { name: /^Why was this asked/ }).first().click();
  await page.getByRole("heading", { name: /^Why this options/i }).waitFor();
  ok(`${title}: the plan adopted, and decided between options with reasons`);

  // A letter.
  await go("/advice");
  await page.locator("form[action$='/adopt']:has(input[name=to][value=letters]) button").first().click();
  await done(page, "The draft stands below");
  assert.match(page.url(), /\/letters/);
  await look("letters");
  await meanwhile(id);
  await fill(page, selector("ask-change", { communication: "1" }), [["text", "the time is wrong"]]);
  await done(page, "Asked for.");
  await page.getByText("the time is wrong").first().waitFor();
  await fill(page, selector("approve", { communication: "1" }), []);
  await done(page, "Approved.");
  await fill(page, selector("issue", { communication: "1" }), [["how", "by hand, in the home"]]);
  await done(page, "Issued");
  await fill(page, selector("letters"), [["title", "To the neighbours"], ["audience", "neighbours"]]);
  await page.getByRole("link", { name: "Write the text" }).waitFor();
  await fill(page, selector("letters"), [["body", "There will be vans on Wednesday."], ["approved_by", "Council"]]);
  await done(page, "Drafted.");
  await look("letters-issued");
  ok(`${title}: a letter approved and issued, another drafted`);

  // Places.
  await go("/places");
  await fill(page, selector("register"), [["count", "3"], ["funder", "Self funded"], ["mobility", "Wheelchair"], ["needs_known", "Yes"], ["needs", "dementia"]]);
  await done(page, "They are on the list.");
  await fill(page, selector("offer"), [["kind", "Bed"], ["quantity", "2"], ["home", "Ash Grove"], ["dementia", "Yes"]]);
  await done(page, "Offered.");
  const row = (name) => page.getByRole("row", { name: new RegExp(`^${name}`) }).first();
  assert.match(await row("Any bed").textContent(), /1 short/);
  assert.match(await row("With dementia care").textContent(), /1 short/);
  assert.match(await row("With room for a wheelchair").textContent(), /3 short, and still 1 if the 2/);
  await look("places");
  await fill(page, selector("status"), [["people", "1-2"], ["to", "Placed"], ["offer", await page.locator("select[name=offer] option").nth(1).textContent()]]);
  await done(page, "Written down.");
  assert.match(await page.locator("#o1").textContent(), /0 of 2/);
  await fill(page, selector("release", { offer: "1" }), [["quantity", "1"]]);
  await done(page, "Written down.");
  await fill(page, selector("take", { offer: "1" }), [["quantity", "1"], ["person", "2"]]);
  await done(page, "Written down.");
  await fill(page, selector("status"), [["people", "3"], ["to", "Staying"]]);
  await done(page, "Written down.");
  await page.getByRole("link", { name: /^Why\? these numbers of beds/ }).click();
  await page.getByText("took 1 of O1 for person 2").first().waitFor();
  await look("made-of");
  ok(`${title}: people on the list by number, placed in what was offered, with what was short`);

  // The end.
  await go("/manage");
  await page.getByText("Held back:").first().waitFor();
  await look("manage-held");
  await fill(page, selector("phase", { to: "recovering" }), [["reason", "everybody is safe"]]);
  await done(page, "gone over");
  while (await page.locator(selector("override")).count() > 0) {
    await fill(page, selector("override"), [["reason", "a rehearsal"]]);
    await done(page, "Overridden");
  }
  await fill(page, selector("close"), [["summary", "3 of 3 people safe"]]);
  await done(page, "Closed.");
  assert.equal(await page.locator("form[action$='/note']").count(), 0, "nothing more is written");
  await fill(page, selector("reopen"), [["reason", "a lesson was forgotten"]]);
  await done(page, "Opened again.");
  ok(`${title}: closed, and opened again`);
  return id;
}

const lead = await open(wide);
const other = await open(wide);
await signIn(lead.page, council);
await signIn(other.page, icb);
const look = async (name) => {
  await unfold(lead.page);
  await looksRight(lead.page, `closure-${name}`);
};
const id = await closes(lead.page, "Rosebank House", byKeys, look, async (id) => {
  // The other agency, at the same time: it takes its seat, reads the letter, and is told whose it is to approve.
  const { page } = other;
  await page.goto(at(`/incidents/${id}/manage`));
  await byKeys(page, selector("join"), []);
  await done(page, "taken its seat");
  await page.goto(at(`/incidents/${id}/letters`));
  await page.getByText("For the council (Coventry City Council) to approve").first().waitFor();
  assert.equal(await page.locator("form[action$='/approve']").count(), 0);
  await looksRight(page, "closure-letters-of-another-agency");
  const forged = await other.context.request.post(at(`/incidents/${id}/approve`), { form: { request: "forged", communication: "1" }, headers: { "sec-fetch-site": "same-origin" }, maxRedirects: 0 });
  assert.ok([403, 409].includes(forged.status()), `approving for another is refused: ${forged.status()}`);
  await page.goto(at(`/incidents/${id}/options`));
  assert.equal(await page.locator("form[action$='/options']").count(), 0);
  await page.goto(at(`/incidents/${id}/manage`));
  await page.getByText("only the lead agency may do this").first().waitFor();
  ok("the agency that may not approve sees whose it is, and is refused when it sends the form all the same");
});

const plain = await open({ ...wide, javaScriptEnabled: false });
await signIn(plain.page, council);
await closes(plain.page, "Willow Court", byHand, async () => undefined, async () => undefined);
ok("the same without a script");

// Open pages outlive the server.
const pages = [lead.page, other.page];
for (const page of pages) {
  await page.goto(at(`/incidents/${id}/record`));
  await page.evaluate(() => { window.stayed = true; });
}
const note = async (text) => {
  await plain.page.goto(at(`/incidents/${id}/manage`));
  await byHand(plain.page, selector("note"), [["text", text]]);
  await done(plain.page, "Noted.");
  await Promise.all(pages.map((page) => page.locator(".entry", { hasText: text }).waitFor()));
};
await note("before it is killed");
await ask("kill");
await Promise.all(pages.map((page) => page.getByRole("status").getByText("Connection lost").waitFor()));
await ask("start");
await note("after it was killed");
for (const page of pages) {
  await page.locator("#live[hidden]").waitFor({ state: "attached" });
  const seqs = await page.locator(".entry").evaluateAll((all) => all.map((one) => Number(one.dataset.seq)));
  assert.deepEqual(seqs, seqs.map((_, place) => seqs[0] - place), "no gap and none twice");
  assert.ok(await page.evaluate(() => window.stayed), "not loaded again");
}
ok("open pages go on after kill -9 and a start, without gap, repetition or loading again");
await end();
