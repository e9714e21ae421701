# Two commands do everything: `make site` builds the example digest, `make test` passes the tests.
# Both make a virtual environment in .venv first; PYTHON names another Python 3.11 or newer.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CHECKER := vnu-jar@26.9.27

.PHONY: site test lock clean

site: $(VENV)/ready
	$(BIN)/sitegen build
	@echo
	@echo "The digest is in output/. Look at it:  $(BIN)/python -m http.server --directory output 8000"
	@echo "                                       then open http://localhost:8000/"

test: $(VENV)/ready-to-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -n 2 --dist worksteal -q

$(VENV)/ready: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sitegen needs Python 3.11 or newer: make PYTHON=python3.11 …")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[search]'
	@touch $@

$(VENV)/ready-to-test: $(VENV)/ready requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt --editable '.[search]'
	@# The checker of HTML runs in the tests where Java and npm are there, and is passed over where they are not.
	@if command -v java >/dev/null && command -v npm >/dev/null; then \
		npm install --prefix $(VENV)/vnu --no-save --ignore-scripts --no-audit --no-fund --silent $(CHECKER) || \
		echo "$(CHECKER) could not be installed: its test is skipped"; \
	fi
	@touch $@

# Writes down the newest versions that pyproject.toml allows.
lock: $(VENV)/ready-to-test
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --no-annotate \
		--custom-compile-command "make lock" pyproject.toml --output-file requirements-dev.txt --upgrade

clean:
	rm -rf $(VENV) .sitegen
