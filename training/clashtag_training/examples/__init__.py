"""Annotated records as the windows, labels and batches that a model learns from."""
