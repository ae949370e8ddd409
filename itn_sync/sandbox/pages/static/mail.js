// What makes the mail page quicker; everything on it works without this file.

// Opening a conversation is reading it. Not part of the GET: a page may be fetched without being read.
const tools = document.querySelector("form[data-unread]");
if (tools) markRead(tools);

async function markRead(form) {
  const sent = new URLSearchParams({ action: "read", fil: form.dataset.unread });
  const answer = await fetch(form.getAttribute("action"), { method: "POST", body: sent, redirect: "manual" });
  if (answer.type !== "opaqueredirect") return;
  form.querySelector(".to-read")?.remove();
  form.querySelector(".to-unread").hidden = false;
  const line = document.querySelector(".messages li:has(a[aria-current])");
  if (!line?.classList.contains("unread")) return;
  line.classList.remove("unread");
  line.querySelector("a > .visually-hidden")?.remove();
  countDown(document.querySelector(".folders a[aria-current] .count"));
}

function countDown(count) {
  const left = Number.parseInt(count?.textContent, 10) - 1;
  if (left > 0) count.firstChild.data = String(left);
  else count?.remove();
}

// Mail that comes while the page is open: the list alone is shown anew, a person at work is told.
const messages = document.querySelector(".messages");
if (messages.dataset.newest !== undefined) setInterval(lookForMail, 4000);

async function lookForMail() {
  if (document.hidden) return;
  const answer = await fetch(messages.dataset.ask).catch(() => null);
  if (!answer?.ok || (await answer.text()) === messages.dataset.newest) return;
  const idle = !document.body.classList.contains("reading")
    && !messages.querySelector(":checked") && document.activeElement === document.body;
  if (idle) location.reload();
  messages.querySelector(".fresh").hidden = false;
}

messages.querySelector(".fresh button").addEventListener("click", () => location.reload());

// In the list, arrows go from one message to the next.
const list = document.querySelector(".messages ul");
list?.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const link = event.target.closest("a");
  if (!step || !link) return;
  const links = [...list.querySelectorAll("a")];
  links[links.indexOf(link) + step]?.focus();
  event.preventDefault();
});

// Written but neither saved nor sent: the browser asks before it goes.
const written = document.querySelector("form.draft");
let changed = false;
written?.addEventListener("input", () => { changed = true; });
written?.addEventListener("submit", () => { changed = false; });
addEventListener("beforeunload", (event) => {
  if (changed) event.preventDefault();
});
