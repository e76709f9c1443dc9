# Each goal makes .venv ready by itself; the second time that takes a moment.
PYTHON ?= python3
BIN := .venv/bin
SETUP := $(PYTHON) deploy/environment.py

.DEFAULT_GOAL := help
.PHONY: help run chat doctor test check peers format bench bench-models bench-telegram bench-slack bench-crash lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: ## Start Pixie: the terminal, and every platform that is set
	@$(SETUP) run
	@mkdir -p data && { $(SETUP) memory </dev/null >data/setup.log 2>&1 & } ; exec $(BIN)/python main.py run

doctor: ## Check every part and say what is missing
	@$(SETUP) run
	@exec $(BIN)/python main.py doctor

test: ## Every test, on SQLite and PostgreSQL
	@$(SETUP) dev
	@$(BIN)/python -m pytest -n 4 --dist loadscope --cov --cov-report=term:skip-covered

check: ## Format, lint, types, dependency rule, Dockerfile
	@$(SETUP) dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/hadolint Dockerfile

peers: ## What our fakes send, read by libraries that we do not use
	@$(SETUP) dev
	@$(BIN)/python -m tests.peers.aiogram_updates
	@$(BIN)/python -m tests.peers.emulator_conversations
	@$(BIN)/python -m tests.peers.slack_bolt_js

format: ## Format and mend what can be mended
	@$(SETUP) dev
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: ## Every benchmark; each ends with a line of JSON
	@$(SETUP) dev
	@set -e; for name in message store reminders startup memory conflicts models telegram slack; do \
		echo "== $$name"; $(BIN)/python -m bench.$$name; done

bench-models: ## The prompt's tokens, CPU around a model's call, seconds to fall over
	@$(SETUP) dev
	@$(BIN)/python -m bench.models

bench-telegram: ## CPU of a message on Telegram over a bare echo; kill -9 while people write
	@$(SETUP) dev
	@$(BIN)/python -m bench.telegram --kills $(or $(KILLS),30)

bench-slack: ## CPU and wait of a command on Slack over a bare Bolt; kill -9 while people use her
	@$(SETUP) dev
	@$(BIN)/python -m bench.slack --kills $(or $(KILLS),30)

bench-crash: ## kill -9 under load: make bench-crash REMINDERS=10000 KILLS=200
	@$(SETUP) dev
	@$(BIN)/python -m bench.crash --reminders $(or $(REMINDERS),10000) --kills $(or $(KILLS),200)

lock: ## Write constraints.txt from what is installed now
	@{ echo "# Every version that Pixie was tested with. Made by: make lock"; \
	$(BIN)/pip freeze | sed 's/+cpu$$//' | LC_ALL=C sort -f; } > constraints.txt

clean: ## Remove the environment and caches; your data stays
	rm -rf .venv .venv.lock .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
