// Starts GraphiQL on the endpoint that the page came from.
"use strict";
ReactDOM.createRoot(document.getElementById("page")).render(
  React.createElement(GraphiQL, {
    fetcher: GraphiQL.createFetcher({ url: location.pathname }),
    defaultEditorToolsVisibility: true,
  }),
);
