// Works the pages around incidents in real browsers: a regional lead, a council, and somebody who keeps rule sets.
import assert from "node:assert/strict";
import { ask, at, end, given, looksRight, ok, open, signIn, tabTo, wide } from "./browser.mjs";

const { region, coventry, solihull, digest } = given;

// Regions, as the regional lead.
const lead = await open(wide);
const { page } = lead;
await signIn(page, given.lead, "/regions");
await looksRight(page, "regions");
await page.goto(at(`/regions/${region}`));
await page.getByRole("img", { name: "The authorities of the region, and how each stands" }).waitFor();
const tiles = await page.locator(".tile > title").allTextContents();
assert.ok(tiles.some((tile) => /^Coventry.*(Waiting|Late)/.test(tile)), tiles.join("; "));
await looksRight(page, "region");
await page.goto(at(`/regions/${region}/why`));
await looksRight(page, "region-why");
ok("the pages of a region have no axe violation and fit 390 px");

// Two agencies see different things.
const other = await open(wide);
await signIn(other.page, given.duty, `/regions/${region}`);
const links = (on) => on.locator("#member-table ~ table a").evaluateAll((all) => all.map((one) => one.getAttribute("href")));
await page.goto(at(`/regions/${region}`));
assert.deepEqual(await links(page), [`/incidents/${coventry}`]);
assert.deepEqual(await links(other.page), [`/incidents/${solihull}`]);
ok("a row leads to the incident only where the viewer has a seat");

// A member's change is on both open pages, without loading them again.
await Promise.all([page, other.page].map((on) => on.evaluate(() => { window.stayed = true; })));
await page.getByText("1 to 4", { exact: true }).first().waitFor();
const started = Date.now();
await ask("register 30 people in Solihull");
await Promise.all([page, other.page].map((on) => on.locator("table").getByText("33 to 37", { exact: true }).or(on.locator("table").getByText("28 to 32", { exact: true })).first().waitFor()));
assert.deepEqual(await Promise.all([page, other.page].map((on) => on.evaluate(() => window.stayed))), [true, true]);
ok(`a member's change is on two open pages of the region after ${Date.now() - started} ms`);

// The register.
for (const [name, path] of [["register", "/register"], ["register-risk", "/register?authority=Coventry&risk=yes"], ["register-none", "/register?text=nothing-is-called-so"], ["service", "/register/services/1-101"], ["imports", "/register/imports"]]) {
  await page.goto(at(path));
  await looksRight(page, name);
}
await page.goto(at("/register"));
await page.getByLabel("Authority").fill("Coventry");
await page.getByRole("button", { name: "Show" }).click();
await page.getByRole("link", { name: "Rosebank House" }).click();
await page.getByRole("heading", { name: "Who could take this provider's place" }).waitFor();
await page.getByRole("link", { name: "Ash Lodge" }).waitFor();
ok("a service is found, and who could take its provider's place");

// Rule sets: read, tried and approved, by keyboard alone.
const keeper = await open(wide);
await signIn(keeper.page, given.operator, "/rule-sets");
await looksRight(keeper.page, "rule-sets");
await keeper.page.getByRole("link", { name: /stakeholder-matrix/ }).first().click();
await keeper.page.getByRole("heading", { name: "What it would change" }).waitFor();
await looksRight(keeper.page, "proposal");
await tabTo(keeper.page, `document.activeElement.name === "digest"`);
await keeper.page.keyboard.type(digest);
await tabTo(keeper.page, `document.activeElement.textContent.startsWith("Approve")`);
await keeper.page.keyboard.press("Enter");
await keeper.page.getByText("Approved. It is in force from now on").waitFor();
await looksRight(keeper.page, "proposal-approved");
ok("a rule set is tried on an incident and approved, by keyboard alone");
for (const [name, path] of [["rule-set", "/rule-sets/regional-escalation"], ["rule-set-own", "/rule-sets/stakeholder-matrix"]]) {
  await keeper.page.goto(at(path));
  await looksRight(keeper.page, name);
}

// Without a script.
const plain = await open({ javaScriptEnabled: false });
await signIn(plain.page, given.operator, "/rule-sets/stakeholder-matrix");
await plain.page.getByLabel("Take it out of use").check();
await plain.page.getByLabel(/^Why\?/).fill("the board changed its mind");
await plain.page.getByRole("button", { name: "Propose" }).click();
await plain.page.getByText("Proposed. Another person of your agency approves it.").waitFor();
await plain.page.getByRole("button", { name: /^Withdraw/ }).click();
await plain.page.getByText("Withdrawn. It can never be approved.").waitFor();
await plain.page.goto(at("/register"));
await plain.page.getByRole("heading", { name: "By level of risk" }).waitFor();
ok("without a script a change is proposed and withdrawn, and the register read");
await end();
