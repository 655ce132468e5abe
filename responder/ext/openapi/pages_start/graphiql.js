// Starts GraphiQL on the endpoint that the page came from; with the token, where the application wants one.
"use strict";
const csrf = document.querySelector('meta[name="csrf-token"]');
ReactDOM.createRoot(document.getElementById("page")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({
      url: location.pathname,
      headers: csrf === null ? {} : { "X-CSRF-Token": csrf.content },
    }),
    defaultEditorToolsVisibility: true,
  }),
);
