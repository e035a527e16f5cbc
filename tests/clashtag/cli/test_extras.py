from __future__ import annotations

import pytest

from clashtag.cli.extras import requires_extra
from clashtag.errors import MissingExtraError


def test_requires_extra_names_the_module_and_the_install_command():
    with pytest.raises(MissingExtraError) as error, requires_extra("train", "train"):
        raise ModuleNotFoundError("No module named 'torch'", name="torch")
    assert "`clashtag train` needs the module 'torch'" in error.value.problem
    assert error.value.next_step == "pip install 'clashtag[train]'"


@pytest.mark.parametrize("name", [None, "clashtag.nope", "clashtag_training.nope"])
def test_requires_extra_blames_no_extra_for_our_own_modules(name):
    with pytest.raises(ModuleNotFoundError), requires_extra("train", "train"):
        raise ModuleNotFoundError("No module", name=name)
