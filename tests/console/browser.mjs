// What every drive of a browser over the console needs. One line of JSON on standard input says where the console is
// and with which tokens; a line that begins with "ask" is answered on standard input by the test; "ok" lines are for
// people.
import { createInterface } from "node:readline";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const next = async () => (await lines.next()).value;
export const given = JSON.parse(await next());
const { base, shots } = given;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const ask = async (what) => { console.log(`ask ${what}`); return next(); };
export const ok = (what) => console.log(`ok ${what}`);
mkdirSync(shots, { recursive: true });

export const browser = await chromium.launch({ executablePath: given.browser, args: ["--no-sandbox"] });
export const at = (path) => `${base}${path}`;
export const wide = { viewport: { width: 1280, height: 900 } };
const opened = [];

// A browser of its own: its page, and what it asked of other hosts or complained of.
export async function open(options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-GB", ...options });
  context.setDefaultTimeout(30000);
  const outside = [];
  context.on("request", (request) => { if (!request.url().startsWith(base)) outside.push(request.url()); });
  const page = await context.newPage();
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(String(error)));
  page.on("console", (message) => { if (message.type() === "error" && /Content Security Policy|Refused to/.test(message.text())) wrong.push(message.text()); });
  const one = { context, page, outside, wrong };
  opened.push(one);
  return one;
}

export async function signIn(page, token, to = "/") {
  await page.goto(at(to));
  await page.getByLabel("Access token").fill(token);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("button", { name: "Sign out" }).waitFor();
}

// A page as it stands: accessible, and as wide as a telephone. Leaves a picture at both widths.
export async function looksRight(page, name) {
  const found = await page.evaluate(`${axe}; axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })`);
  const told = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`);
  assert.deepEqual(told, [], `axe on ${name}`);
  await page.screenshot({ path: `${shots}/${name}-wide.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  const across = await page.evaluate(() => document.documentElement.scrollWidth);
  await page.screenshot({ path: `${shots}/${name}-390.png`, fullPage: true });
  assert.ok(across <= 390, `${name} is ${across} px wide at 390`);
  await page.setViewportSize(wide.viewport);
}

// Presses Tab until what has the focus is it.
export async function tabTo(page, is, argument) {
  for (let pressed = 0; pressed < 600; pressed += 1) {
    if (await page.evaluate(is, argument)) return;
    await page.keyboard.press("Tab");
  }
  assert.fail(`never reached by Tab: ${JSON.stringify(argument)}`);
}

// Fills a form and sends it with the keyboard alone: Tab, Space, Enter and typing. Values stand in the order of the form.
export async function byKeys(page, form, values, button = "") {
  await page.locator(form).first().waitFor({ state: "attached" });
  const shut = await page.locator(form).first().evaluate((one) => Boolean(one.closest("details:not([open])")));
  if (shut) {
    await tabTo(page, (form) => document.activeElement.tagName === "SUMMARY" && document.activeElement.parentElement === document.querySelector(form).closest("details"), form);
    await page.keyboard.press("Enter");
  }
  for (const [name, value] of values) {
    await tabTo(page, ([form, name, value]) => {
      const at = document.activeElement;
      return at.form === document.querySelector(form) && at.name === name && (at.type !== "checkbox" || at.value === value);
    }, [form, name, value]);
    const kind = await page.evaluate(() => document.activeElement.type);
    if (kind === "checkbox" || kind === "radio") await page.keyboard.press("Space");
    // From the top of the list down to it.
    else if (kind.startsWith("select")) {
      await page.keyboard.press("Home");
      const chosen = () => page.evaluate(() => document.activeElement.selectedOptions[0].textContent.trim());
      for (let pressed = 0; (await chosen()) !== value.trim(); pressed += 1) {
        assert.ok(pressed < 60, `${name} has no ${value}`);
        await page.keyboard.press("ArrowDown");
      }
    }
    else {
      await page.keyboard.press("Control+A");
      await page.keyboard.type(value);
    }
  }
  await tabTo(page, ([form, button]) => document.activeElement.type === "submit" && document.activeElement.form === document.querySelector(form) && document.activeElement.textContent.includes(button), [form, button]);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

// The end of a drive: nothing was asked of another host, no script failed, and nothing was blocked.
export async function end() {
  for (const one of opened) {
    assert.deepEqual(one.outside, [], "no other host is called");
    assert.deepEqual(one.wrong, [], "no script fails and nothing is blocked");
  }
  await browser.close();
  console.log("end");
  process.exit(0);
}
