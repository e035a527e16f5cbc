"""Records to and from the formats of annotation tools.

Every format has a `read_x(path)` and a `write_x(records, path, ontology)`; `registry.FORMATS`
lists them. A writer refuses records that its format cannot hold, and lists everything it would
lose; nothing is dropped unless `limits.without` was asked to.
"""
