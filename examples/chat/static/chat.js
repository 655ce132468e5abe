// The page of the chat: one socket, and a list of what happened.  Everything that comes is put in as text.
"use strict";

const element = (id) => document.getElementById(id);
const enter = element("enter");
const say = element("say");
let socket = null;

function show(text, kind, by) {
  const line = document.createElement("li");
  line.className = kind;
  if (by !== undefined) {
    const speaker = document.createElement("b");
    speaker.textContent = by;
    line.append(speaker);
  }
  line.append(text);
  element("log").append(line);
}

function hear(event) {
  if (event.kind === "said") {
    show(event.text, "said", event.by);
  } else if (event.kind === "came" || event.kind === "left") {
    show(`${event.who} ${event.kind}`, "moved");
    element("present").textContent = `Here: ${event.present.join(", ")}`;
  } else if (event.status) {
    show(event.detail, "refused");
  }
}

enter.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  const { room, name } = Object.fromEntries(new FormData(enter));
  const url = new URL(`rooms/${encodeURIComponent(room)}`, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  url.searchParams.set("name", name);
  socket?.close();
  const opened = (socket = new WebSocket(url));
  opened.onmessage = (message) => hear(JSON.parse(message.data));
  opened.onopen = () => {
    element("status").textContent = `In ${room} as ${name}`;
    say.hidden = false;
  };
  opened.onclose = (closed) => {
    if (opened !== socket) return;
    element("status").textContent = `Not connected (${closed.code} ${closed.reason})`;
    say.hidden = true;
  };
});

say.addEventListener("submit", (submitted) => {
  submitted.preventDefault();
  socket.send(JSON.stringify({ kind: "say", text: new FormData(say).get("text") }));
  say.reset();
});
