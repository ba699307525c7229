# Every target works from a bare clone: it makes its own environment first.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

# The first interpreter on PATH that really runs and is at least 3.11.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
PORT ?= 8080
BIN := .venv/bin
UV := UV_PYTHON=$(BIN)/python $(BIN)/uv --quiet

AWSCLI := .venv/awscli
NODE := .venv/node
POLICIES := .venv/policies

.PHONY: local test check types tests nightly bench bundle setup lock clean

local: setup
	@$(BIN)/asset-edge local up --port $(PORT) $(LOCAL_ARGS)

test: check tests

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

tests: setup $(AWSCLI)/ready $(NODE)/ready $(POLICIES)/ready
	$(BIN)/python -m pytest --cov --cov-report= -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/python -m coverage report --include='*/components/*,*/handlers/*' --fail-under=95
	$(BIN)/python -m coverage report --include='*/emulator/*' --fail-under=95

# A hundred thousand events, whatever is in them, against every handler: an hour or so.
nightly: setup
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n 2 tests/handlers/test_any_event.py

bench: setup
	$(BIN)/python -m benchmarks --json build/bench.json

bundle: setup
	$(BIN)/asset-edge bundle --out build/bundles

setup: .venv/ready

.venv/ready: requirements/bootstrap.txt requirements/dev.txt requirements/lambda.txt platform/pyproject.toml
	@test -n "$(PYTHON)" || { echo "make: no Python 3.11 or newer on PATH; install one or set PYTHON=" >&2; exit 1; }
	@echo "setting up .venv (first time: about a minute)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bootstrap.txt
	@$(UV) pip sync --require-hashes --compile-bytecode requirements/dev.txt
	@$(UV) pip install --no-deps --no-build-isolation --editable platform
	@$(UV) pip install --require-hashes --only-binary :all: --python-version 3.13 \
		--python-platform x86_64-manylinux_2_34 --target .venv/lambda -r requirements/lambda.txt
	@touch $@

# The AWS CLI as anyone has it, in an environment of its own: its botocore is not ours.
$(AWSCLI)/ready: .venv/ready requirements/awscli.txt
	@test -x $(AWSCLI)/bin/python || $(PYTHON) -m venv $(AWSCLI)
	@UV_PYTHON=$(AWSCLI)/bin/python $(BIN)/uv --quiet pip sync --require-hashes --compile-bytecode requirements/awscli.txt
	@touch $@

# What serves the policies to the Pulumi engine, in an environment of its own: its protobuf is not ours.
$(POLICIES)/ready: .venv/ready policies/requirements.txt
	@test -x $(POLICIES)/bin/python || $(PYTHON) -m venv $(POLICIES)
	@UV_PYTHON=$(POLICIES)/bin/python $(BIN)/uv --quiet pip sync --require-hashes --compile-bytecode policies/requirements.txt
	@touch $@

# What signs tokens in JavaScript, for the tests. Without Node that one test is skipped and says so.
$(NODE)/ready: .venv/ready tests/node/package.json tests/node/package-lock.json
	@mkdir -p $(NODE)
	@cp tests/node/package.json tests/node/package-lock.json $(NODE)
	@if command -v npm >/dev/null; then \
		npm ci --prefix $(NODE) --loglevel error --no-audit --no-fund --ignore-scripts && touch $@; \
		else echo "make: no npm on PATH; tokens signed in JavaScript are not tested"; fi

# Writes the lock anew, with hashes; the only target that chooses versions.
LOCK := $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-annotate --upgrade
lock: setup
	$(LOCK) --universal --python-version 3.11 requirements/bootstrap.in -o requirements/bootstrap.txt
	$(LOCK) --universal --python-version 3.11 platform/pyproject.toml --all-extras --group pyproject.toml:dev \
		--group pyproject.toml:stacks -c requirements/versions.txt -o requirements/dev.txt
	$(LOCK) --universal --python-version 3.11 platform/pyproject.toml -c requirements/versions.txt -o requirements/consumer.txt
	$(LOCK) --python-version 3.13 --python-platform x86_64-manylinux_2_34 requirements/lambda.in -o requirements/lambda.txt
	$(LOCK) --universal --python-version 3.11 requirements/awscli.in -o requirements/awscli.txt
	$(LOCK) --universal --python-version 3.11 policies/requirements.in -c requirements/versions.txt -o policies/requirements.txt
	npm update --prefix tests/node --package-lock-only --omit-lockfile-registry-resolved --loglevel error --no-audit --no-fund

clean:
	rm -rf .venv build .coverage .coverage.*
