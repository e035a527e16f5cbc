"""Numbers of people and things, read from spans and the words around them."""
