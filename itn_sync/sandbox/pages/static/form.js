// A form whose choices lead to other sections shows them one at a time, as Forms does; one without
// such choices stays on one page, which is quicker to fill in.
// Without this script every section is on the page, and the server looks only at those reached.

const form = document.querySelector("form.form");
const pages = [...form.querySelectorAll(".page")];
const [back, on] = ["back", "on"].map((way) => form.querySelector(`[data-move=${way}]`));
const send = form.querySelector("[type=submit]");
const progress = document.getElementById("avancement");
let trail = [0];

const current = () => trail[trail.length - 1];

function next(index) {
  const chosen = [...pages[index].querySelectorAll("input:checked, option:checked")];
  const goto = chosen.map((one) => one.dataset.goto).filter(Boolean).pop();
  if (goto === "SUBMIT_FORM") return null;
  if (goto === "RESTART_FORM") return 0;
  const named = pages.findIndex((page) => page.dataset.section && page.dataset.section === goto);
  if (named >= 0) return named;
  return index + 1 < pages.length ? index + 1 : null;
}

function show() {
  pages.forEach((page, index) => (page.hidden = index !== current()));
  progress.hidden = false;
  progress.textContent = `Partie ${current() + 1} sur ${pages.length}`;
  offer();
}

function offer() {
  const last = next(current()) === null;
  back.hidden = trail.length === 1;
  on.hidden = last;
  send.hidden = !last;
}

function isBlank(question) {
  const inputs = [...question.querySelectorAll("input, select, textarea")];
  const ticks = inputs.filter((input) => ["radio", "checkbox"].includes(input.type));
  if (ticks.length) return !ticks.some((input) => input.checked);
  return inputs.some((input) => !input.value.trim());
}

function complain(question) {
  const place = question.closest(".question");
  place.classList.add("has-error");
  if (place.querySelector(".error")) return;
  const why = document.createElement("p");
  why.className = "error";
  why.id = `manque-${question.id}`;
  why.textContent = "Cette question est obligatoire.";
  place.append(why);
  place.querySelectorAll("input, select, textarea").forEach((input) => {
    input.setAttribute("aria-describedby", why.id);
  });
}

function forget(question) {
  question.classList.remove("has-error");
  question.querySelector(".error")?.remove();
}

function move() {
  const required = [...pages[current()].querySelectorAll("[data-required]")];
  required.forEach((question) => forget(question.closest(".question")));
  const missing = required.filter(isBlank);
  missing.forEach(complain);
  if (missing.length) {
    missing[0].querySelector("input, select, textarea").focus();
    return;
  }
  trail.push(next(current()));
  if (current() === 0) trail = [0];
  show();
  pages[current()].querySelector("h2, legend, label")?.scrollIntoView({ block: "center" });
}

if (form.querySelector("[data-goto]") && !form.querySelector(".problem")) {
  on.addEventListener("click", move);
  back.addEventListener("click", () => {
    trail.pop();
    show();
  });
  form.addEventListener("change", offer);
  form.addEventListener("keydown", (event) => {
    const typing = event.target.matches("input:not([type=submit])");
    if (event.key === "Enter" && typing && send.hidden) {
      event.preventDefault();
      move();
    }
  });
  show();
}
