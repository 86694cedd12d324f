.PHONY: help test lint golden property bench

help:  ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

test:  ## run the suite
	pytest

lint:  ## check style, format and types
	ruff check
	ruff format --check
	mypy

golden:  ## write tests/golden anew; read the difference before you commit it
	pytest tests/test_golden.py --update-golden

property:  ## merge 2,000 random edits with random changes of a template
	SCAFFOLD_PROPERTY_CASES=2000 pytest tests/test_property.py

bench:  ## measure the command beside copier and cookiecutter
	python benchmarks/cli.py
	python benchmarks/update.py
