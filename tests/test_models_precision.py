"""What a net trains in where the machine is to say."""

import pytest

from tenfold.models import build, precision, recipe
from tenfold.models.precision import (
    AUTO,
    BFLOAT16,
    FLOAT32,
    PRECISIONS,
    precision_here,
    processor_flags,
)

X86 = "processor\t: 0\nmodel name\t: A\nflags\t\t: fpu avx512_bf16 avx2\nbugs\t\t: none\n"
ARM = "processor\t: 0\nFeatures\t: fp asimd bf16\nCPU part\t: 0xd40\n"


@pytest.fixture
def machine(monkeypatch, tmp_path):
    """Makes `auto` look at a processor that has these words in its file."""

    def with_cpuinfo(words):
        file = tmp_path / "cpuinfo"
        file.write_text(words)
        monkeypatch.setattr(precision, "_CPUINFO", file)
        precision._is_soon_in_bfloat16.cache_clear()
        return precision_here(AUTO)

    yield with_cpuinfo
    precision._is_soon_in_bfloat16.cache_clear()


def test_the_flags_of_a_processor_are_those_that_linux_tells(tmp_path):
    for words, flags in ((X86, {"fpu", "avx512_bf16", "avx2"}), (ARM, {"fp", "asimd", "bf16"})):
        (tmp_path / "cpuinfo").write_text(words)
        assert processor_flags(tmp_path / "cpuinfo") == flags
    assert processor_flags(tmp_path / "none") == frozenset()


def test_auto_is_bfloat16_only_where_the_processor_has_instructions_for_it(machine):
    assert machine(X86) == machine(ARM) == BFLOAT16
    assert machine(X86.replace("avx512_bf16", "avx512f")) == FLOAT32
    assert machine("") == FLOAT32


def test_who_names_a_precision_gets_it(machine):
    machine("")
    assert [precision_here(one) for one in PRECISIONS[1:]] == list(PRECISIONS[1:])


def test_a_net_that_is_built_with_auto_computes_in_what_the_machine_has(machine):
    for words, computes in ((X86, "bfloat16"), ("", "float32")):
        machine(words)
        net = build(recipe("fast"), precision=AUTO)
        assert net.layers[2].compute_dtype == computes
        assert {weight.dtype for weight in net.trainable_weights} == {"float32"}
