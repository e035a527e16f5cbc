"""The speed of the tagger and of its rivals, measured on the reader's own machine."""
