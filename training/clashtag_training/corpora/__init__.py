"""Corpora: readers for the published formats, the record format, and checks before training."""

from clashtag_training.corpora.readers import READERS, Reader, read_corpus
from clashtag_training.corpora.record_files import read_records, read_splits, write_records

__all__ = ["READERS", "Reader", "read_corpus", "read_records", "read_splits", "write_records"]
