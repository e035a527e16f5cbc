from __future__ import annotations

import pytest

from clashtag.bulk.part_tagger import PartTagger
from clashtag.errors import InputError


def test_job_says_what_runs_its_model(make_job, tmp_path, monkeypatch):
    monkeypatch.setenv("CLASHTAG_RUNTIME", "tpu")
    PartTagger(make_job(tmp_path))
    with pytest.raises(InputError, match="runtime must be one of"):
        PartTagger(make_job(tmp_path, runtime="tpu"))
