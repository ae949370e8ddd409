// Another person is chosen: look as they do at once, without a button to press.
const form = document.querySelector("form.looking");
const select = form.querySelector("select");
form.querySelector("button").hidden = true;
select.addEventListener("change", () => form.requestSubmit());
