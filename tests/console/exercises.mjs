// Starts, directs and plays an exercise in real browsers: a council that directs it, and a health commissioner.
import assert from "node:assert/strict";
import { ask, at, byKeys, end, given, looksRight, ok, open, signIn, wide } from "./browser.mjs";

const { live, script, wrong } = given;

// Started by keyboard, after a script that cannot be read was put right.
const director = await open(wide);
const { page } = director;
await signIn(page, given.council, "/exercises");
await page.getByText("Your agency directs no exercise").waitFor();
await page.getByRole("link", { name: "home-closes-in-72-hours" }).click();
await page.getByText("Its script").click();
await looksRight(page, "exercise-start");
await page.goto(at("/exercises/start?from=generated"));
await looksRight(page, "exercise-generated");
await page.goto(at("/exercises/start?from=script"));
const field = page.getByLabel("The script");
await field.fill(wrong);
await page.getByRole("button", { name: "Start the exercise" }).click();
await page.getByText("What you typed still stands below.").waitFor();
assert.match(await page.getByRole("alert").textContent(), /line 2/);
assert.equal(await field.inputValue(), wrong);
await field.fill(script);
await byKeys(page, 'form[action="/exercises/start"]', [["players", "qwu"], ["pace", "60"]]);
const id = new URL(page.url()).pathname.split("/")[2];
await page.getByRole("heading", { name: "Rosebank House, in short" }).waitFor();
ok("an exercise is started by keyboard, and a script that cannot be read is shown with its line");

// The open page follows the clock of the exercise.
await page.evaluate(() => { window.stayed = true; });
await ask("minutes 1");
await page.getByRole("heading", { name: "Turns that are waited for" }).waitFor();
await page.getByText("icb joins").first().waitFor();
assert.equal(await page.evaluate(() => window.stayed), true);
await looksRight(page, "exercise");
await page.goto(at("/exercises"));
await looksRight(page, "exercises");
ok("an open page shows whose turn it is, without being loaded again");

// Played by another agency, within the exercise.
const player = await open(wide);
await signIn(player.page, given.icb, "/exercises");
await player.page.getByText("Your turn").first().waitFor();
await player.page.getByRole("heading").getByRole("link", { name: "Rosebank House, in short" }).click();
assert.equal(await player.page.getByRole("heading", { name: "Direct it" }).count(), 0, "it directs nothing");
assert.equal(await player.page.getByText("cqc joins").count(), 0, "others' steps are not its own");
await player.page.getByRole("link", { name: "Go to its incidents" }).click();
await player.page.locator("main").getByRole("link", { name: "Rosebank House" }).first().click();
const within = (on) => on.locator("p.exercise", { hasText: "Rosebank House, in short" });
await within(player.page).waitFor();
const incident = new URL(player.page.url()).pathname;
assert.match(incident, new RegExp(`^/exercises/${id}/play/incidents/[0-9a-f]{32}$`));
await page.goto(at(`${incident}/record`));
await page.evaluate(() => { window.stayed = true; });
await player.page.goto(at(`${incident}/manage`));
await player.page.getByRole("button", { name: "Take your agency's seat" }).click();
await player.page.getByText("Your agency has taken its seat.").waitFor();
await within(player.page).waitFor();
await page.locator("li.entry", { hasText: "Coventry and Warwickshire ICB joined" }).or(page.locator("li.entry", { hasText: "joined" })).first().waitFor();
assert.equal(await page.evaluate(() => window.stayed), true);
ok("another agency plays its turn by a form, and it shows on an open page within the exercise");

// Every page within it says which exercise it is, and no link leads out of it but the one that says so.
for (const path of ["/", "/regions", "/register", "/rule-sets", "/incidents/x", "/no-such-page", "/open"].map((path) => `/exercises/${id}/play${path}`).concat(["", "/advice", "/questions", "/actions", "/people", "/places", "/options", "/letters", "/meetings", "/record", "/report", "/briefings", "/manage"].map((path) => `${incident}${path}`))) {
  await page.goto(at(path));
  await within(page).waitFor();
  assert.match(await page.title(), /^EXERCISE - /, path);
  const out = await page.locator("main a[href^='/'], main form, .ways a").evaluateAll((all) => all.map((one) => one.getAttribute("href") ?? one.getAttribute("action")));
  const stray = out.filter((href) => href && !href.startsWith("/exercises") && !href.startsWith("#"));
  assert.deepEqual(stray, [], `${path} leads out of the exercise`);
}
await page.goto(at(incident));
await looksRight(page, "exercise-incident");
// Work as on any incident, by keyboard: an action is raised, and a meeting called, held and minuted.
await page.goto(at(`${incident}/actions`));
await byKeys(page, 'form[action$="/raise"]', [["title", "Ring the pharmacy"], ["due", "2024-03-04 12:00"]]);
await page.locator(".card", { hasText: "Ring the pharmacy" }).waitFor();
await looksRight(page, "actions-raised");
await page.goto(at(`${incident}/meetings`));
await byKeys(page, 'form[action$="/call"]', [["kind", "Incident management"], ["at", "2024-03-04 14:00"], ["about", "who goes where"]]);
await page.locator(".card", { hasText: "who goes where" }).waitFor();
await byKeys(page, 'form[action$="/hold"]', []);
await byKeys(page, 'form[action$="/attend"]', []);
await byKeys(page, 'form[action$="/minute"]', [["text", "Agreed: the first four go to Ash Grove"]]);
await page.getByText("Its minutes stand on the").waitFor();
await looksRight(page, "meetings");
ok("an action is raised, and a meeting called, held and minuted, by keyboard");
// Neither is in the other.
await page.goto(at("/"));
assert.equal(await page.locator("main").getByRole("link", { name: "Rosebank House" }).count(), 0);
await page.goto(at(incident.replace(`/exercises/${id}/play`, "")));
await page.getByText("EXERCISE_RECORD").or(page.getByText("exercise")).first().waitFor();
assert.equal(await page.getByRole("heading", { name: "Rosebank House" }).count(), 0);
await page.goto(at(`/exercises/${id}/play/incidents/${live}`));
await within(page).waitFor();
assert.equal(await page.getByText("Live House").count(), 0);
ok("every page within says so, and neither live nor exercise is found in the other");

// Directed by keyboard: put in, stopped, set on, made faster, copied, ended.
const form = (what) => `form[action="/exercises/${id}/${what}"]`;
await page.goto(at(`/exercises/${id}`));
await byKeys(page, form("inject"), [["lines", "at +10m cqc sings"]]);
await page.getByRole("alert").getByText(/line 1/).waitFor();
assert.equal(await page.getByLabel("Put something in").inputValue(), "at +10m cqc sings");
await byKeys(page, form("inject"), [["lines", 'at +5m cqc notes "a relative has called the press"']]);
await ask("minutes 1");
await page.locator("#played ~ table").getByText("a relative has called the press").waitFor();
await byKeys(page, form("pause"), []);
await page.locator("main").getByText("Paused").first().waitFor();
await player.page.goto(at(`${incident}/manage`));
await player.page.getByLabel("What happened, or was said?").fill("we are on our way");
await player.page.getByRole("button", { name: "Write it down" }).click();
await player.page.getByText("EXERCISE_PAUSED").waitFor();
await within(player.page).or(player.page.getByText("This was not written")).first().waitFor();
await byKeys(page, form("resume"), []);
await byKeys(page, form("pace"), [["pace", "1001"]]);
await page.getByRole("alert").getByText(/1000/).waitFor();
await byKeys(page, form("pace"), [["pace", "1000"]]);
await page.getByText("1000 times as fast as time passes").first().waitFor();
await ask("minutes 1");
await page.getByText("Step 14 of 14").or(page.getByText(/Step (\d+) of \1\./)).first().waitFor();
ok("lines are put in, the exercise is paused and goes on at another speed, by keyboard alone");
await byKeys(page, form("fork"), [["at", "2024-03-04 09:45"]]);
await page.getByText("It is a copy of").waitFor();
await page.goto(at(`/exercises/${id}`));
await byKeys(page, form("end"), []);
await page.locator("main").getByText("Ended").first().waitFor();
await page.getByRole("link", { name: "see the score" }).click();
await page.getByRole("heading", { name: /^Score/ }).waitFor();
await page.getByText("Count the medicines").first().waitFor();
await looksRight(page, "exercise-score");
await player.page.goto(at(`/exercises/${id}/score`));
await player.page.getByText("Count the medicines").first().waitFor();
ok("it is copied, ended and scored, and its players see the score");

// Without a script.
const plain = await open({ javaScriptEnabled: false });
await signIn(plain.page, given.council, "/exercises/start?from=who-is-at-the-table");
await plain.page.getByRole("button", { name: "Start the exercise" }).click();
await plain.page.getByRole("button", { name: "Pause it" }).click();
await plain.page.getByRole("button", { name: "Let it go on" }).waitFor();
ok("the same without a script");
await end();
