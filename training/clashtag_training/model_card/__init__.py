"""The model card and the README's figures, written from result files alone."""
