"""Try the mutations on generated projects, or run the tests of projects as they are.

python -m tests.mutations                    all mutations, and the table in benchmarks/mutations.md
python -m tests.mutations NAME...            those whose name contains one of the words
python -m tests.mutations --first --sample 60    whether the first failure names the cause
python -m tests.mutations --edits [NAME...]  what people rightly do, after which all must pass
python -m tests.mutations --false-alarms 10  nothing mutated, ten seeds, every architecture and task
python -m tests.mutations --project convnext any of these in one project, such as a new one
"""

import argparse
import random
import tempfile
from pathlib import Path

from .catalogue import CATALOGUE, EDITS
from .projects import PROJECTS
from .run import Job, Outcome, names_the_cause, render_projects, run_jobs
from .table import write_table


def choose(arguments: argparse.Namespace) -> list[Job]:
    """List what to run."""
    if arguments.false_alarms:
        jobs = [Job(project, seed=seed) for seed in range(arguments.false_alarms) for project in PROJECTS]
    else:
        catalogue = EDITS if arguments.edits else CATALOGUE
        names = [n for n in catalogue if not arguments.names or any(word in n for word in arguments.names)]
        mutations = [m for m in map(catalogue.__getitem__, names) if not m.equivalent or arguments.equivalent]
        last, is_right = 1 if arguments.quick else None, arguments.edits
        how = {"is_right": is_right, "is_in_order": arguments.first}
        jobs = [Job(project, m, **how) for m in mutations for project in m.projects[:last]]
    if arguments.project:
        jobs = [job for job in jobs if job.project == arguments.project]
    if arguments.sample:
        jobs = random.Random(arguments.seed).sample(jobs, min(arguments.sample, len(jobs)))
    return jobs


def main() -> int:
    """Run, print what survives, and write the table of a whole run."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="words of the names of mutations")
    parser.add_argument("--quick", action="store_true", help="each mutation in its first project only")
    parser.add_argument("--equivalent", action="store_true", help="also those that need not be caught")
    parser.add_argument("--sample", type=int, help="as many, drawn by --seed")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--edits", action="store_true", help="what people rightly do, not mistakes")
    parser.add_argument("--first", action="store_true", help="whether `pytest -x` names the cause")
    parser.add_argument(
        "--false-alarms", type=int, metavar="SEEDS", help="nothing mutated, with so many seeds"
    )
    parser.add_argument("--project", choices=PROJECTS, help="in this one only")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="keep projects and logs here")
    arguments = parser.parse_args()
    jobs = choose(arguments)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.folder or Path(temporary)
        render_projects(dict.fromkeys(job.project for job in jobs), folder)
        for number, outcome in enumerate(run_jobs(jobs, folder, arguments.workers), start=1):
            outcomes.append(outcome)
            print(
                f"{number}/{len(jobs)} {outcome.mutation or 'nothing changed'} in {outcome.project}: "
                f"{outcome.failed or 'PASSED'} ({outcome.seconds:.1f} s)",
                *(f"  also {failure}" for failure in outcome.failures[1:]),
                *(f"  to be changed with it: {pin}" for pin in outcome.pins),
                sep="\n",
                flush=True,
            )
    if arguments.false_alarms or arguments.edits:
        alarms = [outcome for outcome in outcomes if outcome.failed]
        print(f"{len(alarms)} false alarms in {len(outcomes)} runs")
        return bool(alarms)
    if arguments.first:
        wrong = [o for o in outcomes if not names_the_cause(o.failed, CATALOGUE[o.mutation].component)]
        print(
            f"{len(outcomes) - len(wrong)} of {len(outcomes)} fail first in a test of what is wrong; others:"
        )
        print(*(f"  {CATALOGUE[o.mutation].component}: {o.failed}" for o in wrong), sep="\n")
        return 10 * len(wrong) > len(outcomes)
    survivors = [
        outcome for outcome in outcomes if not outcome.failed and not CATALOGUE[outcome.mutation].equivalent
    ]
    print(f"{len(outcomes) - len(survivors)} of {len(outcomes)} caught; survivors:")
    print(*sorted(f"  {outcome.mutation} in {outcome.project}" for outcome in survivors), sep="\n")
    if not (arguments.names or arguments.sample or arguments.project):
        write_table(outcomes)
    return bool(survivors)


if __name__ == "__main__":
    raise SystemExit(main())
