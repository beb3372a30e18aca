"""`python -m tests.mutants [CHAPTER...] [--sample N] [--seed S]`: the table of the mutants."""

import argparse
import os
import sys
from collections.abc import Sequence

from tqdm import tqdm

SETTINGS = {
    "COURSE_PROFILE": "quick",  # as in grading
    "COURSE_STATIC": "1",
    "MPLBACKEND": "Agg",
    "OPENBLAS_NUM_THREADS": "1",  # a process with one thread can be forked
    "TF_NUM_INTRAOP_THREADS": "1",  # as many processes as cores run
    "TF_NUM_INTEROP_THREADS": "1",
}


def main() -> int:
    """Runs the mutants and prints holes, faults and the table; 1 if there is a hole or a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("chapter", nargs="*", help="as in 01_two_step_rnn or 01; all if none")
    parser.add_argument("--sample", type=int, default=0, help="so many of them, not all")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes at a time")
    options = parser.parse_args()
    os.environ.update(SETTINGS)
    return _run(tuple(options.chapter) or ("",), options.sample, options.seed, options.jobs)


def _run(wanted: Sequence[str], sample: int, seed: int, jobs: int) -> int:
    from course_utils.quiet_tensorflow import import_tensorflow

    import_tensorflow().get_logger().setLevel("ERROR")  # here, so that no process has to
    from tests.answer_bank import chapters
    from tests.mutants.mutate import mutants_of, right_answers
    from tests.mutants.running import verdicts
    from tests.mutants.table import shown, table

    answers = [a for name in chapters() if name.startswith(wanted) for a in right_answers(name)]
    mutants = mutants_of(answers, sample, seed)
    found = []
    for verdict in tqdm(verdicts(mutants, jobs), total=len(mutants), mininterval=5):
        found.append(verdict)
        if verdict.is_bad:
            tqdm.write(shown(verdict) + "\n", file=sys.stdout)
    print(table(found))
    return int(any(verdict.is_bad for verdict in found))


if __name__ == "__main__":
    sys.exit(main())
