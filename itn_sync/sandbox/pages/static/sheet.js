// Opens the spreadsheet at the place that the address names.

import { Sheet } from "./sheet_page.js";

// The place that `#gid=71002&range=A7` names, if it is on this tab.
function placeInHash(gid) {
  const found = new URLSearchParams(location.hash.slice(1));
  if (!found.has("range")) return "";
  return !found.has("gid") || found.get("gid") === String(gid) ? found.get("range") : "";
}

function otherTab(gid) {
  const found = new URLSearchParams(location.hash.slice(1)).get("gid");
  if (!found || found === String(gid)) return "";
  return [...document.querySelectorAll(".tabs a")].find((tab) => tab.dataset.gid === found)?.href ?? "";
}

const page = document.querySelector(".sheet");
const elsewhere = otherTab(page.dataset.gid);
if (elsewhere) location.replace(elsewhere + location.hash);
else {
  page.dataset.cell = placeInHash(page.dataset.gid) || page.dataset.cell;
  const sheet = new Sheet(page);
  window.addEventListener("hashchange", () => {
    const other = otherTab(page.dataset.gid);
    if (other) location.replace(other + location.hash);
    else sheet.goto(placeInHash(sheet.shape.gid));
  });
  window.addEventListener("focus", () => sheet.renew().catch((error) => sheet.refused(error)));
  sheet.open().catch((error) => sheet.refused(error));
}
