// Starts jobs and watches each with an EventSource, which comes back by itself where it was cut off.
"use strict";

document.getElementById("start").addEventListener("submit", async (submitted) => {
  submitted.preventDefault();
  const steps = Number(new FormData(submitted.target).get("steps"));
  const answer = await fetch("jobs", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ steps }),
  });
  watch(await answer.json());
});

function watch(job) {
  const line = document.createElement("li");
  const bar = document.createElement("progress");
  const text = document.createElement("span");
  bar.max = job.of;
  line.append(bar, " ", text);
  document.getElementById("jobs").append(line);
  const source = new EventSource(job.events);
  source.addEventListener("progress", (event) => {
    const { done, of } = JSON.parse(event.data);
    bar.value = done;
    text.textContent = `${done} of ${of}`;
  });
  source.addEventListener("finished", () => {
    source.close();
    text.textContent = "finished";
  });
}
