from __future__ import annotations

import pytest

from clashtag.errors import InputError
from clashtag_training.markdown import replace_between, table


def test_replace_between_needs_the_markers_in_order() -> None:
    with pytest.raises(InputError):
        replace_between("end start", "start", "end", "x")


def test_table_escapes_pipes() -> None:
    assert table(["a", "b"], [["x|y", "1"]]).splitlines()[-1] == "| x\\|y | 1 |"
