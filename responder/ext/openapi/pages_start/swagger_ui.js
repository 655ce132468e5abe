// Starts Swagger UI on the element that says where the document is.
"use strict";
{
  const page = document.getElementById("page");
  window.ui = SwaggerUIBundle({
    domNode: page,
    url: page.dataset.schema,
    oauth2RedirectUrl: new URL(page.dataset.redirect, location.href).href,
    deepLinking: true,
    validatorUrl: null, // the badge would send the document to another host
    presets: [SwaggerUIBundle.presets.apis],
    layout: "BaseLayout",
  });
}
