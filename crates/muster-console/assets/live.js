// Keeps an open page up to date. Every page works without it; nothing is written from here.
"use strict";
(() => {
  const own = document.currentScript;
  const state = document.getElementById("live");
  if (!own || !state || !window.EventSource) return;
  const url = own.dataset.live;
  let resume = own.dataset.resume;
  let wait = 500;
  let asked = 0;
  let reading = false;

  const say = (name, text) => {
    if (state.dataset.state === name) return;
    state.dataset.state = name;
    state.textContent = text;
    state.hidden = name === "live";
  };

  // Someone is in the middle of a form there: what they have typed stays.
  const busy = (part) => {
    const at = document.activeElement;
    if (at && part.contains(at) && /^(INPUT|SELECT|TEXTAREA)$/.test(at.tagName)) return true;
    // A form that came back with what is wrong holds what was typed.
    if (part.querySelector("[data-typed]")) return true;
    for (const field of part.querySelectorAll("textarea, input, select")) {
      if (field.type === "radio" || field.type === "checkbox") {
        if (field.checked !== field.defaultChecked) return true;
      } else if (field.tagName === "SELECT") {
        const first = [...field.options].findIndex((one) => one.defaultSelected);
        if (field.selectedIndex !== Math.max(first, 0)) return true;
      } else if (field.type !== "hidden" && field.value !== field.defaultValue) return true;
    }
    return false;
  };

  const redraw = (page) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      if (part === own) continue;
      const fresh = page.querySelector(`[data-live="${CSS.escape(part.dataset.live)}"]`);
      if (!fresh || busy(part)) continue;
      const open = [...part.querySelectorAll("details")].map((one) => one.open);
      if (open.some((is) => is) && part.querySelector("details.small[open]")) continue;
      const focused = part.contains(document.activeElement) ? document.activeElement : null;
      const again = focused && (focused.id || focused.getAttribute("href") || focused.textContent);
      part.replaceWith(fresh);
      fresh.querySelectorAll("details").forEach((one, at) => { if (open[at]) one.open = true; });
      if (again) {
        const same = [...fresh.querySelectorAll("a, button, summary")]
          .find((one) => (one.id || one.getAttribute("href") || one.textContent) === again);
        if (same) same.focus({ preventScroll: true });
      }
    }
  };

  const refresh = async () => {
    asked += 1;
    if (reading) return;
    reading = true;
    try {
      let done;
      do {
        done = asked;
        const answer = await fetch(location.href, { credentials: "same-origin", redirect: "manual" });
        if (answer.ok) redraw(new DOMParser().parseFromString(await answer.text(), "text/html"));
      } while (done !== asked);
    } catch (_) {
      // The stream says that the connection is lost, and asks again when it is back.
    } finally {
      reading = false;
    }
  };

  const put = (html) => {
    const list = document.querySelector("[data-grows]");
    if (!list) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const entry of page.querySelectorAll("li.entry")) {
      const seq = Number(entry.dataset.seq);
      const first = list.querySelector("li.entry");
      if (first && Number(first.dataset.seq) >= seq) continue;
      entry.classList.add("entry--new");
      list.prepend(entry);
    }
  };

  const connect = () => {
    const source = new EventSource(resume ? `${url}?after=${encodeURIComponent(resume)}` : url);
    const keep = (event) => { if (event.lastEventId) resume = event.lastEventId; };
    source.addEventListener("ready", () => {
      if (state.dataset.state === "lost") refresh();
      wait = 500;
      say("live", "");
    });
    source.addEventListener("entries", (event) => {
      keep(event);
      put(event.data);
      refresh();
    });
    source.addEventListener("mark", keep);
    source.addEventListener("advice", refresh);
    source.addEventListener("ended", (event) => {
      source.close();
      say("ended", event.data);
    });
    source.onerror = () => {
      source.close();
      say("lost", "Connection lost. What you see may be out of date. Trying again.");
      setTimeout(connect, wait);
      wait = Math.min(wait * 2, 5000);
    };
  };
  connect();
})();
