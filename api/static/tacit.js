// Everything works without this file; it only spares clicks: keys for the verdict, sound from a time, turns corrected in place,
// and progress as it is made.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, audio")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (target) { event.preventDefault(); target.focus(); target.click(); }
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-at]");
  const sound = document.getElementById("sound");
  if (!link || !sound) return;
  event.preventDefault();
  const from = Number(link.dataset.at);
  const start = () => { sound.currentTime = from; sound.play(); };
  if (sound.readyState > 0) start(); else { sound.addEventListener("loadedmetadata", start, { once: true }); sound.load(); }
});
document.addEventListener("play", (event) => {
  for (const other of document.querySelectorAll("audio")) if (other !== event.target) other.pause();
}, true);
const followed = document.querySelector("[data-follow]");
if (followed) {
  const events = new EventSource(followed.dataset.follow);
  const left = (seconds) => seconds === null ? "" : seconds >= 90 ? `, about ${Math.round(seconds / 60)} min left` : `, about ${Math.max(1, Math.round(seconds))} s left`;
  events.addEventListener("recording", (event) => {
    const recording = JSON.parse(event.data);
    if (recording.state !== followed.dataset.state) { events.close(); location.reload(); return; }
    followed.querySelector("progress").value = recording.fraction;
    followed.querySelector("span").textContent = (recording.stage ?? recording.state) + left(recording.eta_s);
    recording.stages.forEach((stage, place) => {
      const shown = document.querySelectorAll(".stages li")[place];
      if (!shown) return;
      shown.className = stage.state;
      if (stage.state === "now") shown.setAttribute("aria-current", "step"); else shown.removeAttribute("aria-current");
    });
  });
  events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 3000); });
}

// The transcript's forms, without leaving the page: the sound plays on, and what is being typed stays.
const words = () => document.getElementById("words");
const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
function tell(text) {
  const main = document.getElementById("main");
  const notice = main.querySelector(":scope > .notice") || document.createElement("p");
  notice.className = "notice";
  notice.setAttribute("role", "status");
  notice.textContent = text;
  main.prepend(notice);
}
function leave(form) {
  const turn = form.closest("dd");
  if (!turn) return false;
  form.remove();
  turn.previousElementSibling.querySelector("[data-edit]")?.focus();
  return true;
}
function openIn(turn, form) {
  turn.append(form);
  const field = form.querySelector("textarea");
  field.focus();
  field.dataset.before = field.value;
}
document.addEventListener("click", async (event) => {
  const edit = event.target.closest("[data-edit]");
  const cancel = event.target.closest("[data-cancel]");
  if (cancel && leave(cancel.closest("form"))) event.preventDefault();
  if (!edit || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const other = words().querySelector(".editor");
  if (other && other.querySelector("textarea").value !== other.querySelector("textarea").dataset.before) {
    tell("Save or cancel the turn that you are correcting first.");
    other.querySelector("textarea").focus();
    return;
  }
  other?.remove();
  const answer = await fetch(edit.href, { headers: { Accept: "text/html" } });
  const form = answer.ok && (await parsed(answer)).querySelector(".editor");
  if (form) openIn(edit.closest("dt").nextElementSibling, form); else location.assign(edit.href);
});
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!words()?.contains(form)) return;
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(form, event.submitter));
  const answer = await fetch(form.action, { method: "POST", body: sent, headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) { tell("Not saved: the server did not answer. What you typed is still here; try again."); return; }
  const page = await parsed(answer);
  const [fresh, again] = [page.getElementById("words"), page.querySelector(".editor")];
  if (fresh) {
    const turn = form.closest("dd")?.previousElementSibling.id;
    words().replaceWith(fresh);
    document.getElementById(turn)?.querySelector("[data-edit]")?.focus();
  } else if (again && form.closest("dd")) {
    const turn = form.closest("dd");
    form.remove();
    openIn(turn, again);
  }
  const said = page.querySelector("#main > .notice") || page.querySelector("#words .problem p, .editor .problem p");
  tell((said || page.querySelector(".problem p"))?.textContent || "Not saved.");
});
document.addEventListener("keydown", (event) => {
  const form = event.target.closest(".editor");
  if (!form) return;
  const sound = document.getElementById("sound");
  if (event.key === "Enter" && event.ctrlKey) { event.preventDefault(); form.requestSubmit(form.querySelector(".primary")); }
  if (event.key === "Escape") { event.preventDefault(); form.querySelector("[data-cancel]").click(); }
  if (event.key === " " && event.ctrlKey && sound) {
    event.preventDefault();
    if (!sound.paused) { sound.pause(); return; }
    const from = Number(form.querySelector("textarea").dataset.from || 0);
    const start = () => { sound.currentTime = from; sound.play(); };
    if (sound.readyState > 0) start(); else { sound.addEventListener("loadedmetadata", start, { once: true }); sound.load(); }
  }
});
