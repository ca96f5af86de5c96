// The till in a weak connection: an act is sent until an answer comes, under the one key that its page made,
// so that it counts once however often it arrives. Until then it stays in the page, and the page says so.

const PATIENCE_MS = 8000;
const PAUSES_MS = [1000, 2000, 4000, 8000, 15000];
let pending = false;

function say(form, text, tone) {
  const state = form.querySelector("[data-till-state]");
  state.hidden = false;
  state.className = `alert alert-${tone}`;
  state.textContent = text;
}

function pause(milliseconds) {
  return new Promise((go) => {
    const timer = setTimeout(go, milliseconds);
    window.addEventListener("online", () => (clearTimeout(timer), go()), { once: true });
  });
}

async function attempt(address, body) {
  const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) });
  if (answer.status >= 500) throw new Error(String(answer.status));
  return [answer, await answer.text()];
}

async function sendUntilAnswered(form, address, body) {
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt(address, body);
    } catch {
      say(form, `网络不好，这一笔还没有得到确认，已经留在本页，正在重试（第 ${tried} 次）。请不要关闭页面，也不用重新办理；只会计一次。`, "warning");
      await pause(PAUSES_MS[Math.min(tried, PAUSES_MS.length) - 1]);
      say(form, `正在第 ${tried + 1} 次发送……`, "warning");
    }
  }
}

function show(answer, text) {
  if (answer.redirected) {
    location.assign(answer.url);
    return;
  }
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = document.querySelector("main");
  main.replaceChildren(...(page.querySelector("main") ?? page.body).childNodes);
  document.title = page.title;
  main.focus({ preventScroll: true });
  window.scrollTo(0, 0);
  start(main);
  main.querySelector("[data-first-error]")?.focus();
}

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  pending = true;
  form.inert = true;
  say(form, "正在发送……", "info");
  const [answer, text] = await sendUntilAnswered(form, submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, body);
  pending = false;
  show(answer, text);
}

function start(root) {
  for (const form of root.querySelectorAll("form[data-till]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!pending) send(form, event.submitter);
    });
    // A scanner ends with Enter; that is the end of the code, not yet the order to act.
    form.querySelector("[name=code]")?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      const fields = [...form.querySelectorAll("input:not([type=hidden]), select, button")];
      fields[fields.indexOf(event.target) + 1]?.focus();
    });
  }
}

function freshKeys() {
  for (const key of document.querySelectorAll("form[data-till] [name=key]")) key.value = crypto.randomUUID?.() ?? key.value;
}

window.addEventListener("beforeunload", (event) => {
  if (pending) event.preventDefault();
});
// A page that comes back from the browser's memory was used already.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) freshKeys();
});
freshKeys();
start(document);
