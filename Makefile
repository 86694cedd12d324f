.PHONY: help test lint golden docs property kills stops bench mutations edits alarms

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

test:  ## run the suite
	pytest -n logical

lint:  ## check style, format and types
	ruff check
	ruff format --check
	mypy

golden:  ## write tests/golden anew; read the difference before you commit it
	pytest tests/test_golden.py --update-golden

docs:  ## write docs/reference.md anew from the questions
	python -m tests.reference

kills:  ## kill trainings at 20 random moments in each domain, and resume them
	pytest tests/test_resume.py --kills 20 -s

stops:  ## kill updates at each call by which they write, and what undoes them; a quarter of an hour
	SCAFFOLD_KILL_EVERY=1 pytest tests/test_kill.py
	SCAFFOLD_WORLDS=200 pytest tests/test_worlds.py

mutations:  ## break generated projects in every way of the catalogue; half an hour
	python -m tests.mutations

edits:  ## do in generated projects what people rightly do, after which all must pass; an hour
	python -m tests.mutations --edits

alarms:  ## run the tests of every generated project, unbroken, with ten seeds; half an hour
	python -m tests.mutations --false-alarms 10

property:  ## merge 2,000 random edits with random changes of a template, and 2,000 more in files of look-alikes
	SCAFFOLD_PROPERTY_CASES=2000 pytest tests/test_property.py tests/test_lookalikes.py -s

bench:  ## measure the command beside copier and cookiecutter
	python benchmarks/cli.py
	python benchmarks/update.py
