// Live events: an open page hears that something came for its person, and asks for the rest itself.
// Without them the bell still asks once a minute, so a lost connection costs patience and nothing else.

const counter = document.querySelector("[data-live]");
const LONGEST_PAUSE = 60_000;
let pause = 2_000;

async function listen() {
  try {
    const answer = await fetch(counter.dataset.live, { headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) return;
    const door = await answer.json();
    const events = new EventSource(`${door.address}?token=${encodeURIComponent(door.token)}`);
    events.addEventListener("open", () => {
      pause = 2_000;
    });
    events.addEventListener("message", () => window.htmx?.trigger(counter, "notified"));
    // The token opens the door once; a lost connection needs a new one.
    events.addEventListener("error", () => {
      events.close();
      later();
    });
  } catch {
    later();
  }
}

function later() {
  setTimeout(listen, pause);
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

if (counter && "EventSource" in window) listen();
