"""The document, judged by the tools that read documents."""
