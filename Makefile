# Lokaal. Start with `make run`. Works with GNU make 3.81 (macOS) and later.

.DEFAULT_GOAL := help
.PHONY: help run test check bench demo-reset messages pins

PYTHON_HERE = .venv/bin/python
MANAGE = $(PYTHON_HERE) manage.py

help:
	@echo "make run         Set up what is missing and open the house (PORT=8000, LOKAAL_DATA=.local)"
	@echo "make test        Check everything, as CI does: style, types, translations, all tests, a real browser"
	@echo "make check       The quick part of that: everything but the tests"
	@echo "make bench       Fill a database and measure how fast the pages are"
	@echo "make demo-reset  Throw the demo database away; the next run makes a new one"
	@echo "make messages    Gather the sentences of the house for translators"
	@echo "make pins        Renew deploy/requirements*.txt from pyproject.toml"

run:
	@sh deploy/setup.sh run
	@exec $(MANAGE) run --stop-with-parent

test:
	@sh deploy/setup.sh dev
	@exec sh deploy/checks.sh all

check:
	@sh deploy/setup.sh dev
	@exec sh deploy/checks.sh quick

bench:
	@sh deploy/setup.sh dev
	@exec $(MANAGE) bench

demo-reset:
	@sh deploy/setup.sh run
	@exec $(MANAGE) demo_reset

messages:
	@sh deploy/setup.sh run
	@exec $(MANAGE) messages

pins:
	@sh deploy/setup.sh dev
	@exec sh deploy/pins.sh
