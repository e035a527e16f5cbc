"""Mentions of one actor, joined by string, acronym, description and alias."""
