"""The HTTP server behind `clashtag serve`; it needs the extra `serve`."""
