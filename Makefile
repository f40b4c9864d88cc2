# Everything a person types. Each target sets up what it needs; nothing has to be prepared but Python, git and make.
PYTHON ?= python3
PORT ?= 8300
BIN := .venv/bin
.DEFAULT_GOAL := help
# What is compiled is kept, whatever the surroundings say: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
NODE := tests/fidelity/node_modules/.package-lock.json
.PHONY: help setup tools node demo run test browser fuzz repeat pictures wording transcripts lint fmt bench soak rehearsals audit bench-match \
	lock clean

help:            ## show this
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

# Not compiled in advance: what is imported is compiled then, a third of what is there.
setup: .venv/ready ## set up .venv with what the bot needs to run, locked (quick when nothing changed)

.venv/ready: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Balik needs Python 3.11 or newer. Try: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@echo "Setting up .venv (a minute or two, once) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip uninstall --quiet --yes setuptools 2>&1 | grep -v "not installed" || true
	@touch $@

tools: .venv/tools ## add what tests and style checks need: a PostgreSQL server, a browser's driver, pytest, mypy, ruff

.venv/tools: requirements-dev.lock .venv/ready
	@echo "Adding the tools for tests to .venv (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node: $(NODE)     ## Slack's Node packages and axe-core, for tests; without npm those tests are left out

$(NODE): tests/fidelity/package-lock.json
	@if command -v npm >/dev/null; \
	then npm ci --prefix tests/fidelity --silent --fetch-retries=1 || echo "Slack's Node packages cannot be had here"; \
	else echo "npm is not installed: what needs Node is not tested"; fi

demo: setup      ## the bot on a local Slack with a sample company (PORT=8300, RESET=1 starts afresh, then DEMO_LANGUAGE=en in English)
	@$(BIN)/python -m bot demo --port $(PORT) $(if $(RESET),--reset) $(if $(DEMO_LANGUAGE),--language $(DEMO_LANGUAGE))

run: setup       ## the bot on your workspace, with the settings of .env
	@if [ -f .env ] && [ -z "$$BALIK_CALENDAR_KEY" ] && ! grep -Eq '^ *BALIK_CALENDAR_KEY *= *[^ ]' .env; \
	then $(BIN)/python -m bot calendar-key add; fi
	@MALLOC_ARENA_MAX=1 $(BIN)/python -m bot run

lint: tools      ## style and types
	@$(BIN)/ruff check --quiet . && $(BIN)/ruff format --check --quiet . && $(BIN)/mypy

fmt: tools       ## put the style right
	@$(BIN)/ruff check --quiet --fix . ; $(BIN)/ruff format --quiet .

test: tools node lint ## lint, types and all tests, on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n 2 --dist worksteal
	@$(BIN)/python -m pytest -n 0 -m browser -k phone tests/browser

browser: tools node ## the page in the system's Chromium, from end to end (left out without one)
	@$(BIN)/python -m pytest -n 0 -m browser tests/browser

fuzz: tools      ## other random input in every property test, round after round (MINUTES=10 SEED=drawn)
	@$(BIN)/python -m tests.fuzz --minutes $(or $(MINUTES),10) $(if $(SEED),--seed $(SEED)) $(ONLY)

repeat: tools node ## the tests of make test again and again, beside busy loops (RUNS=5 BUSY=0 ONLY=folders)
	@$(BIN)/python -m tests.repeat --runs $(or $(RUNS),5) --busy $(or $(BUSY),0) $(ONLY)

wording: tools   ## record every text, message and window again, to be read as a difference (tests/recorded_wording/)
	@BALIK_RECORD=1 $(BIN)/python -m pytest -n 0 -q tests/house/test_wording.py tests/golden

transcripts: tools ## record what each person reads in a small rehearsal, per language and theme (about ten minutes)
	@BALIK_RECORD=1 $(BIN)/python -m pytest -n 2 -q -m soak tests/rehearsal/test_transcripts.py

pictures: tools  ## take the README's pictures again, of a demo of their own (needs Chromium)
	@$(BIN)/python docs/pictures/take.py

bench: tools     ## print the benchmarks' tables
	@$(BIN)/python -m pytest -n 0 -m bench -s tests/bench

bench-match: tools ## our matching beside scipy, greedy and mentor-match, with targets (BENCH_SIZES=50,500 for less)
	@test -d .venv/bench/newer || { rm -rf .venv/bench && $(GROUP) bench | $(BESIDE) .venv/bench && \
		$(GROUP) bench-newer | $(BESIDE) .venv/bench/newer; } || \
		echo "mentor-match cannot be had here: its lines stay empty"
	@$(BIN)/python -m pytest -n 0 -m bench -s tests/bench/test_bench_matching.py

GROUP = $(BIN)/python -c 'import sys, tomllib; \
	print(*tomllib.load(open("pyproject.toml", "rb"))["dependency-groups"][sys.argv[1]])'
BESIDE = xargs $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade --target

lock:            ## lock the dependencies anew, with hashes and without addresses
	@$(PYTHON) -m venv .venv/locker && .venv/locker/bin/pip install --quiet uv
	@$(COMPILE) --group dev --extra large --upgrade -o requirements-dev.lock
	@$(COMPILE) -c requirements-dev.lock -o requirements.lock

COMPILE = .venv/locker/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--no-header --no-emit-index-url --no-emit-find-links pyproject.toml

soak: tools      ## thousands of messages while processes are killed (SEED=1 MESSAGES=10000 KILLS=50 STOPS=12 SKEWS=24)
	@$(BIN)/python -m tests.soak --seed $(or $(SEED),1) $(if $(MESSAGES),--messages $(MESSAGES)) \
		$(if $(KILLS),--kills $(KILLS)) $(if $(STOPS),--stops $(STOPS)) $(if $(RESTARTS),--restarts $(RESTARTS)) \
		$(if $(SKEWS),--skews $(SKEWS))

rehearsals: tools ## every message at its stage with each theme and language, and all other tests marked long
	@$(BIN)/python -m pytest -n 2 -m soak

audit: tools     ## look the locked dependencies up in the advisory database
	@$(BIN)/python .ci/audit

clean:           ## remove what set-up and the demo made
	rm -rf .venv .demo .rehearsal
