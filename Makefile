# `make help` lists the targets. Everything runs in .venv and frontend/node_modules, which are created when needed.
#
# Recipes of long-running programs start with `exec`, so that a signal to make reaches the program.

BOOTSTRAP := sh scripts/bootstrap.sh
MAIN := .venv/bin/python backend/main.py
NPM := $(BOOTSTRAP) npm
# The backend's tools find their settings in its pyproject.toml.
IN_BACKEND := cd backend && ../.venv/bin/python -m
# As the backend's tools see them. A product has no benchmarks.
PYTHON_FOLDERS := . ../scripts $(addprefix ../,$(wildcard benchmarks))
# Writes what a command prints into a file, which stays as it is when the command fails.
printed = $(MAIN) $(1) > $(2).part && mv $(2).part $(2) || { rm -f $(2).part; exit 1; }

# Variables that other projects set for Python and Node would break this one.
unexport NODE_ENV NODE_OPTIONS NODE_PATH VIRTUAL_ENV
unexport PYTHONHOME PYTHONPATH PYTHONSAFEPATH PYTHONOPTIMIZE PYTHONSTARTUP PYTHONUSERBASE PYTHONWARNINGS PYTHONINSPECT
# Without bytecode every program compiles the product again: a fifth of its start.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help up dev backend-up worker scheduler docs docs-serve migration upgrade-database test test-all test-nightly coverage e2e screenshots check audit bench format \
	lock clean new release frontend-build python node

##@ Run
up: frontend-build ## Start everything on http://127.0.0.1:8000 (PORT=8001 for another port); Ctrl-C stops it
	@exec $(MAIN) up

dev: node ## Start everything with reload on every change, front end included
	@exec $(MAIN) dev

backend-up: python ## Start everything except the front end: API, worker and scheduler
	@exec $(MAIN) up

worker: python ## Start only a worker, which runs background jobs
	@exec $(MAIN) worker

scheduler: python ## Start only the scheduler, which enqueues recurring jobs
	@exec $(MAIN) scheduler

##@ Read
docs: python ## Build the documentation as a web site into site/html
	@.venv/bin/python scripts/docs/website.py

docs-serve: python ## Show the documentation with reload on every change, on port 8080 or the next free one (PORT=8081 for another)
	@exec .venv/bin/python scripts/docs/website.py serve

##@ Database
migration: python ## Write a migration for changed models: make migration MESSAGE="add notes"
	@test -n "$$MESSAGE" || { echo 'Describe the change: make migration MESSAGE="add notes"'; exit 1; }
	@$(MAIN) generate-migration --message "$$MESSAGE"

upgrade-database: python ## Apply all migrations
	@$(MAIN) upgrade-database

##@ Check
test: node ## Run the tests that start no program, of the backend and the front end
	@$(IN_BACKEND) pytest -n auto
	@$(NPM) run test

test-all: node ## Run all tests but the longest: what `test` runs, processes, kills, the contract
	@$(IN_BACKEND) pytest -n auto -m "not nightly"
	@$(NPM) run test

test-nightly: frontend-build ## Run the tests that take too long for every run
	@$(IN_BACKEND) pytest -n auto -m nightly --dist loadgroup
	@$(NPM) run e2e:all
	@$(NPM) run e2e:firefox

coverage: node ## Measure which lines the tests run: backend/htmlcov and frontend/coverage; ALL=1 with processes
	@$(IN_BACKEND) coverage erase
	@$(IN_BACKEND) coverage run -m pytest -n auto $(if $(ALL),-m "not nightly")
	@$(IN_BACKEND) coverage combine --quiet
	@$(IN_BACKEND) coverage html --quiet
	@$(IN_BACKEND) coverage report
	@$(NPM) run test -- --coverage

e2e: frontend-build ## Run the browser tests against their own stack
	@exec $(NPM) run e2e

screenshots: frontend-build ## Take pictures of every page and state into frontend/screenshots; LANGUAGE=de for German
	@exec $(NPM) run screenshots

check: node ## Check code, types, architecture, migrations and generated files; ALL=1 repeats what passed
	@.venv/bin/python scripts/check.py $(if $(ALL),--all)

audit: node ## Look up known vulnerabilities of the locked packages, where the network allows it
	@.venv/bin/python scripts/audit.py

bench: python ## Measure requests against two reference servers, into benchmarks/http/results (10 minutes; QUICK=1 for one; VARIANTS=1 for what metrics and traces cost)
	@exec .venv/bin/python benchmarks/http/$(if $(VARIANTS),variants,bench).py $(if $(QUICK),--quick)

format: node ## Format all code, apply the linters' fixes, regenerate generated files
	@$(IN_BACKEND) ruff check --fix --quiet $(PYTHON_FOLDERS) || true
	@$(IN_BACKEND) ruff format --quiet $(PYTHON_FOLDERS)
	@.venv/bin/python scripts/translations.py
	@$(call printed,env-example,.env.example)
	@$(call printed,openapi,frontend/openapi.json)
	@$(NPM) run generate
	@.venv/bin/python scripts/messages.py --write
	@.venv/bin/python scripts/docs/generate.py
	@$(NPM) run format

##@ Make
python: # Create .venv with the locked packages
	@$(BOOTSTRAP) python

node: # Create frontend/node_modules as well
	@$(BOOTSTRAP) node

frontend-build: ## Build the front end into frontend/dist
	@$(BOOTSTRAP) frontend

lock: ## Compile the lock files after editing backend/pyproject.toml; UPGRADE=1 for the newest versions
	@$(BOOTSTRAP) lock $(if $(UPGRADE),--upgrade)

clean: ## Remove everything that make created, but not your data in var/
	@$(BOOTSTRAP) clean

# `value` keeps a `$`, and a NAME that the environment has for another purpose is not one.
new: export PROJECT_NAME := $(if $(findstring command,$(origin NAME)),$(value NAME))
new: export PROJECT_TO := $(if $(findstring command,$(origin TO)),$(value TO))
new: export PROJECT_SLUG := $(if $(findstring command,$(origin SLUG)),$(value SLUG))
new: export PROJECT_DESCRIPTION := $(if $(findstring command,$(origin DESCRIPTION)),$(value DESCRIPTION))
new: export PROJECT_LICENSE := $(if $(findstring command,$(origin LICENSE)),$(value LICENSE))
new: ## Start a product of your own: make new NAME="Acme Billing" [TO=../acme-billing]
	@$(BOOTSTRAP) -s project new

release: ## Check that this commit can be released, and record what it publishes
	@$(BOOTSTRAP) -s project release

help: ## Show this list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
