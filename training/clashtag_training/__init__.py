"""Training, evaluation and export of clashtag models; the runtime package never imports it."""
