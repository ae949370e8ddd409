// Starts the synchronisation without leaving the page and shows what it tells, line by line.
// Without this script the button still works: the page is reloaded and shows the same lines.

const panel = document.getElementById("direct");
const form = panel.querySelector("form");
const status = panel.querySelector("[role=status]");
const progress = panel.querySelector(".progress");
const mend = panel.querySelector(".mend");
const list = panel.querySelector(".lines");
const pattern = panel.querySelector("template").content.firstElementChild;
let source = null;

const items = new Map([...list.children].map((item) => [item.dataset.key, item]));

function begin() {
  items.clear();
  list.replaceChildren();
  mend.hidden = true;
  panel.querySelector(".first")?.remove();
  progress.textContent = "";
  status.textContent = "Synchronisation en cours…";
  busy(true);
}

function busy(yes) {
  panel.classList.toggle("running", yes);
  if (form) form.querySelector("button").disabled = yes;
}

function tell(line) {
  let item = items.get(line.key);
  if (!item) {
    item = pattern.cloneNode(true);
    item.dataset.key = line.key;
    items.set(line.key, item);
    list.append(item);
  }
  item.querySelector(".text").textContent = line.text;
  item.querySelector(".why").textContent = line.why;
  item.querySelector(".state").textContent = line.done ? "Fait : " : "À faire : ";
  item.classList.toggle("done", line.done);
  const link = item.querySelector("a");
  link.hidden = !line.link;
  if (line.link) {
    link.href = line.link;
    link.textContent = line.linkText;
  }
  const done = list.querySelectorAll(".done").length;
  progress.textContent = `Fait : ${done} sur ${items.size}`;
}

function end(ending) {
  busy(false);
  status.textContent = ending.text;
  mend.textContent = ending.mend;
  mend.hidden = !ending.mend;
  source.close();
  source = null;
}

function follow() {
  if (source) return;
  source = new EventSource("/synchronisation/evenements");
  source.addEventListener("begin", begin);
  source.addEventListener("line", (event) => tell(JSON.parse(event.data)));
  source.addEventListener("end", (event) => end(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    status.textContent = "Connexion coupée : nouvelle tentative…";
    if (source.readyState === EventSource.CLOSED) {
      busy(false);
      source = null;
    }
  });
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  begin();
  try {
    const answer = await fetch(form.action, { method: "POST", redirect: "manual" });
    if (answer.type !== "opaqueredirect") throw new Error(answer.statusText);
    follow();
  } catch {
    busy(false);
    status.textContent = "L’espace d’essai ne répond pas.";
    mend.textContent = "Relancez «itn-sync demo» dans le terminal, puis rechargez cette page.";
    mend.hidden = false;
  }
});

if (panel.classList.contains("running")) follow();
