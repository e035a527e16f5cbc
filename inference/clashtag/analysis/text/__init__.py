"""Passages, spans and pronouns: what every part of the analysis reads a text with."""
