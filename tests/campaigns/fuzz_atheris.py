"""Coverage-guided fuzzing of the readers with atheris (`pip install atheris`): inputs that reach new code are kept.

    python tests/campaigns/fuzz_atheris.py CORPUS_FOLDER [SEED_FOLDER] -max_total_time=600 -max_len=200000

The arguments are libFuzzer's: the first folder takes what is found, others are read. It stops at the first input that
breaks a promise, or takes longer than `-timeout` seconds, and writes it beside the program.
"""

import sys

import atheris

with atheris.instrument_imports(include=["policykg.extract"]):
    from promises import judge_reading


def test_one(data: bytes) -> None:
    """Judge one input.

    Raises:
        AssertionError: it breaks a promise.
    """
    fault = judge_reading(data)
    assert not fault, fault


if __name__ == "__main__":
    atheris.Setup(sys.argv, test_one)
    atheris.Fuzz()
