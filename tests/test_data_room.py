import importlib.util
import re
import subprocess
import sys

import tenfold.data

HEAVY = ("keras", "tensorflow", "jax", "torch", "matplotlib", "sklearn", "mlxtend", "pooch")
LOADERS = re.findall(r"^    (\w+)  ", tenfold.data.__doc__, flags=re.MULTILINE)


def test_the_rooms_own_list_names_modules_that_are_there():
    assert {"mnist", "offline", "extra", "folder", "splits"} <= set(LOADERS)
    for name in LOADERS:
        assert importlib.util.find_spec(f"tenfold.data.{name}"), name


def test_no_loader_and_not_the_verb_brings_in_a_heavy_package():
    names = [f"tenfold.data.{name}" for name in LOADERS] + ["tenfold.cli.data"]
    program = f"import sys, {', '.join(names)}; print(*(set({HEAVY}) & set(sys.modules)))"
    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert told.stdout.split() == []
