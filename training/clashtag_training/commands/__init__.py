"""The bodies of the commands that need the train or evaluate extra, one module each."""
