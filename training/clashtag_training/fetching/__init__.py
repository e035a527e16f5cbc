"""Texts that others own, rebuilt from what anyone can download, for labels kept without text."""
