// The checklist of an on-site check keeps what is typed on this phone until it has been received.

const form = document.querySelector("form[data-keep]");
const offline = document.querySelector("[data-offline]");
const kept = form.dataset.keep;
const skipped = new Set(["csrfmiddlewaretoken"]);

function fields() {
  return [...form.elements].filter((e) => e.name && e.type !== "file" && !skipped.has(e.name));
}

function keep() {
  const said = {};
  for (const field of fields()) {
    if (field.type !== "radio" || field.checked) said[field.name] = field.value;
  }
  localStorage.setItem(kept, JSON.stringify(said));
}

function restore() {
  let said = {};
  try {
    said = JSON.parse(localStorage.getItem(kept) ?? "{}");
  } catch {
    localStorage.removeItem(kept);
  }
  for (const field of fields()) {
    if (!(field.name in said)) continue;
    if (field.type === "radio") field.checked = field.value === said[field.name];
    else if (!field.value || field.type === "date") field.value = said[field.name];
  }
}

function tellNetwork() {
  offline.hidden = navigator.onLine;
}

// What fails needs words: its folded part opens by itself.
function unfold() {
  for (const part of form.querySelectorAll("[data-remark]")) {
    const failed = form.querySelector(`[name="${part.dataset.remark}_answer"][value="FAILS"]`);
    if (failed?.checked) part.open = true;
  }
}

restore();
unfold();
tellNetwork();
form.addEventListener("input", () => {
  keep();
  unfold();
});
window.addEventListener("online", tellNetwork);
window.addEventListener("offline", tellNetwork);
form.addEventListener(
  "submit",
  (event) => {
    keep();
    if (navigator.onLine) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    tellNetwork();
    offline.scrollIntoView();
  },
  { capture: true },
);

document.querySelector("[data-locate]").addEventListener("click", () => {
  navigator.geolocation?.getCurrentPosition(({ coords }) => {
    form.elements.latitude.value = coords.latitude.toFixed(6);
    form.elements.longitude.value = coords.longitude.toFixed(6);
    keep();
  });
});
