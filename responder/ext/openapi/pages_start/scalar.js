// Starts Scalar on the element that says where the document is.
"use strict";
{
  const page = document.getElementById("page");
  Scalar.createApiReference(page, {
    url: page.dataset.schema,
    withDefaultFonts: false, // they are another host's
    telemetry: false,
    agent: { disabled: true },
  });
}
