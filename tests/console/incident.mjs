// Works one incident in real browsers, as two agencies.
import assert from "node:assert/strict";
import { ask, at, end, given, looksRight, ok, open, signIn, tabTo, wide } from "./browser.mjs";

const { base, incident, council, icb, shots } = given;
const here = (path = "") => at(`/incidents/${incident}${path}`);

// The pages before anybody is signed in.
const lead = await open(wide);
const { page } = lead;
await page.goto(here());
assert.match(page.url(), /\/sign-in\?to=/);
const transferred = () => page.evaluate(() => performance.getEntriesByType("navigation").concat(performance.getEntriesByType("resource")).reduce((sum, one) => sum + one.transferSize, 0));
const cold = await transferred();
await looksRight(page, "sign-in");
await page.getByLabel("Access token").fill("not a token");
await page.getByRole("button", { name: "Sign in" }).click();
await page.getByRole("alert").getByText("not accepted here").waitFor();
await looksRight(page, "sign-in-refused");
ok("a token that is none signs nobody in");
await signIn(page, council, `/incidents/${incident}`);
assert.equal(page.url(), here());
ok("a token signs in, and leads to the page that was wanted");
const [session] = (await lead.context.cookies()).filter((cookie) => cookie.name === "__Host-muster");
assert.deepEqual([session.httpOnly, session.secure, session.sameSite, session.path], [true, true, "Strict", "/"]);

// Every page there is.
await page.goto(at("/"));
const bytes = cold + await transferred();
assert.ok(cold > 0 && bytes < 100_000, `the first pages are ${bytes} bytes`);
ok(`signing in and the first page are ${bytes} bytes over the wire, nothing kept from before`);
for (const [name, path] of [["incidents", "/"], ["incidents-none", "/?text=nothing-is-called-so"]]) {
  await page.goto(at(path));
  await looksRight(page, name);
}
await page.goto(here("/advice"));
const why = await page.getByRole("link", { name: /^Why\?/ }).first().getAttribute("href");
for (const [name, path] of [
  ["overview", ""], ["advice", "/advice"], ["questions", "/questions"], ["actions", "/actions"], ["people", "/people"],
  ["record", "/record"], ["report", "/report"], ["clock", "/clock?key=72-hours"], ["access", "/access/2"],
]) {
  await page.goto(here(path));
  assert.match(await page.locator("p.exercise").first().textContent(), /EXERCISE/, `${name} says that it is an exercise`);
  await looksRight(page, name);
}
await page.goto(at(why));
await looksRight(page, "why");
for (const path of ["/nowhere", "/incidents/00000000000000000000000000000000"]) {
  const answer = await page.goto(at(path));
  assert.ok([403, 404].includes(answer.status()), path);
  await looksRight(page, `stopped-${answer.status()}`);
}
const headers = (await page.goto(here())).headers();
assert.match(headers["content-security-policy"], /^default-src 'none'/);
assert.ok(!headers["content-security-policy"].includes("unsafe"));
assert.equal(headers["cache-control"], "no-store");
ok("every page has no axe violation, fits 390 px, and says that it is an exercise");

// Answer, by keyboard alone.
await page.goto(here("/questions"));
const before = await page.getByRole("radio", { name: "Yes" }).count();
await page.keyboard.press("Tab");
assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to main content");
await tabTo(page, `document.activeElement.type === "radio"`);
await page.keyboard.press("Space");
await tabTo(page, `document.activeElement.name === "source"`);
await page.keyboard.type("the notice of appointment");
await tabTo(page, `document.activeElement.type === "submit"`);
await page.keyboard.press("Enter");
await page.getByText("Answered. Rule sets look again.").waitFor();
await page.getByText("the notice of appointment").first().waitFor();
ok(`a question is answered by keyboard alone (${before} stood open)`);

// Adopt, twice by accident, and decline.
await page.goto(here("/advice"));
const form = page.locator("form[action$='/adopt']").filter({ has: page.locator("button.govuk-button--small") }).first();
const fields = Object.fromEntries(await form.locator("input").evaluateAll((all) => all.map((one) => [one.name, one.value])));
const same = { "sec-fetch-site": "same-origin" };
for (const origin of [{}, { "sec-fetch-site": "cross-site", origin: base }, { origin: "https://elsewhere.example" }]) {
  const refused = await lead.context.request.post(here("/adopt"), { form: fields, headers: origin, maxRedirects: 0 });
  assert.equal(refused.status(), 403);
}
ok("a form of another page is refused");
for (let time = 0; time < 2; time += 1) {
  const answer = await lead.context.request.post(here("/adopt"), { form: fields, headers: same, maxRedirects: 0 });
  assert.equal(answer.status(), 303, await answer.text());
}
await page.goto(here("/record?show=people&text=adopted"));
assert.equal(await page.getByText(`adopted proposal ${fields.proposal} `).count(), 1);
ok("what is sent twice is written once");
await page.goto(here("/advice"));
await page.locator("summary", { hasText: "Decline" }).first().click();
await page.locator("textarea[name=reason]").first().fill("it is done already");
await page.getByRole("button", { name: "Decline" }).first().click();
await page.getByText("Declined, with your reason on the record.").waitFor();
await page.getByRole("button", { name: /^Adopt/ }).first().click();
await page.getByText("Adopted. It is on the record").waitFor();
ok("a proposal is declined, and another adopted");
await page.goto(here("/actions"));
await page.getByRole("button", { name: /^Take it on/ }).first().click();
await page.getByText("Written down.").waitFor();
await looksRight(page, "actions-with-some");
ok("an action is taken on");

// Without a script.
const plain = await open({ javaScriptEnabled: false });
await signIn(plain.page, council, `/incidents/${incident}/questions`);
await plain.page.getByRole("radio", { name: "Not known yet" }).first().check();
await plain.page.getByLabel("How do you know?").first().fill("nobody could be reached");
await plain.page.getByRole("button", { name: /^Answer/ }).first().click();
await plain.page.getByText("Answered. Rule sets look again.").waitFor();
ok("a question is answered without a script");

// Two agencies at the same time.
const other = await open(wide);
await signIn(other.page, icb);
await other.page.goto(here("/record?show=withheld"));
await page.goto(here("/record?show=withheld"));
assert.ok(await other.page.locator(".entry--withheld").count() > 0, "something is withheld from the one");
assert.equal(await page.locator(".entry--withheld").count(), 0, "and nothing from the other");
await looksRight(other.page, "record-of-another-agency");
await other.page.goto(here("/people"));
await other.page.getByText("outside your view").first().waitFor();
assert.equal(await other.page.getByText("wheelchair").count(), 0);
await looksRight(other.page, "people-of-another-agency");
await other.page.goto(here("/record?show=withheld"));
await other.page.getByRole("link", { name: /^Why\?/ }).first().click();
await other.page.getByRole("heading", { name: /outside your view\?$/ }).waitFor();
await looksRight(other.page, "access-withheld");
await page.goto(here("/record"));
await other.page.goto(here("/record"));
ok("two agencies see different things at the same time");

// Live, on both, and through a restart.
const heard = async (on, text) => on.locator(".entry", { hasText: text }).waitFor();
await Promise.all([page, other.page].map((on) => on.evaluate(() => { window.stayed = true; })));
const started = Date.now();
await ask("append one while it is open");
await Promise.all([heard(page, "one while it is open"), heard(other.page, "one while it is open")]);
ok(`an entry is on two open pages ${Date.now() - started} ms after it was asked to be appended`);
await ask("stop");
await page.getByRole("status").getByText("Connection lost").waitFor();
await page.screenshot({ path: `${shots}/lost-wide.png` });
await ask("start");
await ask("append another after the restart");
await Promise.all([heard(page, "another after the restart"), heard(other.page, "another after the restart")]);
await page.locator("#live[hidden]").waitFor({ state: "attached" });
for (const on of [page, other.page]) {
  const seqs = await on.locator(".entry").evaluateAll((all) => all.map((one) => Number(one.dataset.seq)));
  assert.deepEqual(seqs, seqs.map((_, at) => seqs[0] - at), "no gap and none twice");
  assert.ok(await on.evaluate(() => window.stayed), "not loaded again");
}
ok("an open page goes on after a restart, without gap, repetition or loading again");

await page.getByRole("button", { name: "Sign out" }).click();
await page.goto(here());
assert.match(page.url(), /\/sign-in/);
ok("whoever signed out is not signed in");
await end();
