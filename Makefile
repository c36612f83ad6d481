# Everything the project does on a bare machine with Python 3.11+ and pip.

VENV := .venv
BIN := $(VENV)/bin
export OMP_WAIT_POLICY := PASSIVE
export GOMP_SPINCOUNT := 0
# Byte code is written at the first import: the tests start a hundred programs.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: demo test check lint types contracts models format browser clean

demo: $(VENV)/installed  ## install, fetch the models, talk to the demo shop, serve its chat page
	$(BIN)/chatrec demo

test: $(VENV)/installed browser check  ## install what is missing, then every check and test

check: $(VENV)/installed  ## format, lint, types, import contracts, tests
	$(MAKE) --jobs 2 --output-sync types lint contracts models
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder --chatrec-at-once 8

lint: $(VENV)/installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/installed
	$(BIN)/mypy

contracts: $(VENV)/installed
	$(BIN)/lint-imports

models: $(VENV)/installed
	$(BIN)/chatrec models fetch

format: $(VENV)/installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

browser:  ## Debian's Chromium for the page tests, where there is none yet
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || \
	    (apt-get update -qq && apt-get install -y -qq chromium)

$(VENV)/installed: pyproject.toml
	python3 -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --no-compile --upgrade pip  # finds versions faster
	$(BIN)/python -m pip install --quiet --no-compile --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .chatrec
