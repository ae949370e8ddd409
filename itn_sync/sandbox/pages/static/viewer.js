// Another person is chosen: look as they do at once, without a button to press.
const form = document.querySelector("form.viewer");
form.querySelector("button").hidden = true;
form.querySelector("select").addEventListener("change", () => form.requestSubmit());
