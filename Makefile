# Two commands for everybody: `make demo` and `make test`. `make` alone lists the rest.
.DEFAULT_GOAL := help
.PHONY: help demo test test-deep bench lint test-wheels test-warehouses test-next test-looker-sdks \
	test-airflow docs install lock dist clean tools checks

# uv from the PATH, else one of its own in .tools. It never downloads a Python: nothing but packages.
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
export UV_PYTHON_DOWNLOADS := never
RUN := $(UV) run --no-sync
PACKAGES := tap-visma/tap_visma utility-looker-refresh/utility_looker_refresh \
	sandbox/visma_looker_sandbox
# Each checked alone: modules of the same name would be one to mypy.
PACKAGE_TESTS := tap-visma/tests utility-looker-refresh/tests sandbox/tests

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-16s %s\n", $$1, $$2}' Makefile

demo: tools ## run the whole chain here: stand-ins, Postgres, two loads (KEEP=1 leaves it running)
	@$(UV) sync --quiet --frozen --inexact --group demo $(if $(filter duckdb,$(WAREHOUSE)),--group duckdb)
	@$(RUN) python -m demo $(if $(KEEP),--keep) $(if $(SAFT),--saft '$(SAFT)') $(if $(GROUP),--group) \
		$(if $(WAREHOUSE),--warehouse '$(WAREHOUSE)')

test: checks ## every check: lint, formatting, types, unit and end-to-end tests
	@$(RUN) pytest --numprocesses=logical --maxprocesses=4 --dist=loadgroup

test-deep: tools ## kills at every call, thousands of lives, each safeguard switched off (hours)
	@$(UV) sync --quiet --frozen --all-packages --group test
	@$(RUN) pytest --numprocesses=logical --maxprocesses=4 --dist=loadgroup --timeout=7200 -m deep
	@$(RUN) pytest --numprocesses=logical --maxprocesses=4 --timeout=7200 \
		--hypothesis-profile=deep tap-visma/tests/completeness

# The peers get environments of their own. Nothing else should run on the machine meanwhile.
bench: tools ## measure the chain beside its peers, into benchmarks/results.md (forty minutes)
	@$(UV) sync --quiet --frozen --all-packages --group test
	@$(RUN) python -m benchmarks.chain

# Not part of `make test`: it installs another SDK into an environment of its own. The oldest one
# needs a Python for which its own dependencies have wheels.
test-looker-sdks: tools ## the tests of utility-looker-refresh with the oldest and the newest SDK
	@for sdk in '==24.20.*' '>=26,<27'; do \
		UV_PROJECT_ENVIRONMENT=.tools/looker-sdk $(UV) sync --quiet --frozen --all-packages --group test && \
		VIRTUAL_ENV=.tools/looker-sdk $(UV) pip install --quiet "looker-sdk$$sdk" && \
		.tools/looker-sdk/bin/python -c 'from importlib.metadata import version; print("looker-sdk", version("looker-sdk"))' && \
		.tools/looker-sdk/bin/python -m pytest --quiet --numprocesses=2 utility-looker-refresh/tests || exit 1; \
	done

# Not part of `make test`: Airflow is large, and its dependencies are not those of the project.
test-airflow: tools ## a group of twenty companies under Airflow, and state in Postgres and S3 (ten minutes)
	@$(UV) sync --quiet --frozen --all-packages --group machines
	@$(UV) venv --quiet --allow-existing .tools/airflow
	@$(UV) pip sync --quiet --python .tools/airflow orchestrate/dags/requirements.txt
	@$(RUN) pytest --numprocesses=2 --timeout=1800 -m airflow tests

lint: checks ## lint, formatting and types alone

test-wheels: tools ## build the packages, check them, and start each alone on Python 3.10 to 3.13
	@rm -rf dist && $(UV) build --quiet --all-packages
	@$(UV) run --quiet --frozen --isolated --only-group release twine check --strict dist/*
	@for python in 3.10 3.11 3.12 3.13; do \
		alone="$(UV) run --quiet --isolated --no-project --python $$python --with" && \
		for script in tap-visma utility-looker-refresh visma-looker-sandbox; do \
			stem=dist/$$(echo $$script | tr - _)- && \
			for archive in $$stem*.whl $$([ $$python != 3.10 ] || echo $$stem*.tar.gz); do \
				$$alone $$archive $$script --help >/dev/null && \
				echo "$$archive starts on Python $$python" || exit 1; \
			done; \
		done; \
		mkdir -p output && echo '{}' >output/empty.json && $$alone $$(ls dist/tap_visma-*.whl) tap-visma \
			--config output/empty.json --discover >/dev/null 2>&1 || exit 1; \
	done

# The loaders of BigQuery and Snowflake, without a service to load into: some two hundred packages.
test-warehouses: tools ## install the loaders of other warehouses, compare their settings with ours
	@$(UV) sync --quiet --frozen --all-packages --group test
	@$(RUN) pytest --timeout=900 -m warehouses tests/test_warehouses.py

test-next: tools ## the tap's tests on the newest pre-release of the SDK; may fail, tells what is coming
	@$(UV) venv --quiet --clear output/next
	@$(UV) pip install --quiet --python output/next -e ./tap-visma -e ./sandbox \
		pytest pytest-timeout pytest-xdist syrupy hypothesis trustme
	@$(UV) pip install --quiet --python output/next --prerelease allow --upgrade 'singer-sdk[testing,msgspec]'
	@output/next/bin/pytest --numprocesses=logical tap-visma/tests

docs: tools ## rewrite what is generated: tables of the READMEs, staging models, base views, hub
	@$(UV) sync --quiet --frozen --inexact --all-packages --group test
	@$(RUN) python docs/generate.py
	@$(RUN) python hub/scripts/make_hub.py
	@$(RUN) python transform/scripts/make_staging.py
	@$(RUN) python lookml/scripts/make_views.py

install: tools ## set up, or update, Meltano and its plugins for a run with real credentials
	@$(UV) sync --quiet --frozen --inexact --group demo $(if $(S3),--group s3)
	@$(RUN) meltano install tap-visma target-postgres dbt-postgres utility-looker-refresh

dist: tools ## build what a tag releases, and check it: make dist TAG=tap-visma-v1.2.3
	@UV='$(UV)' python3 .ci/release.py '$(TAG)'

lock: tools ## bring uv.lock and constraints.txt up to date with the pyproject files
	@$(UV) lock
	@$(UV) export --quiet --frozen --no-hashes --no-annotate --no-emit-workspace --all-packages \
		--no-default-groups --group loader --group transform --group duckdb --output-file constraints.txt
	@$(UV) pip compile --quiet --universal --no-annotate --no-header --upgrade --python-version 3.10 \
		orchestrate/dags/requirements.in --output-file orchestrate/dags/requirements.txt

clean: ## remove everything that the other targets made, a real run's .meltano and state excepted
	rm -rf .venv .tools output dist transform/target transform/logs .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

checks: tools
	@$(UV) sync --quiet --frozen --all-packages --group test --group lint
	@$(RUN) ruff check
	@$(RUN) ruff format --check
	@$(RUN) zizmor --quiet --offline --pedantic .github
	@$(RUN) mypy .ci demo tests docs benchmarks lookml hub orchestrate $(PACKAGES)
	@MYPYPATH=benchmarks/peers $(RUN) mypy benchmarks/peers/*.py benchmarks/peers/naive_tap/*.py
	@MYPYPATH=tap-visma:transform/scripts $(RUN) mypy transform/scripts
	@$(RUN) mypy warehouse/target-duckdb/target_duckdb.py
	@for tests in $(PACKAGE_TESTS); do MYPYPATH=$$(dirname $$tests) $(RUN) mypy $$tests || exit 1; done

# A missing prerequisite is named in one sentence.
tools:
	@command -v git >/dev/null || { echo "git is missing: install it and run make again." >&2; exit 1; }
	@command -v python3 >/dev/null || \
		{ echo "python3 is missing: install Python 3.10 or newer and run make again." >&2; exit 1; }
	@python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "python3 is too old: install Python 3.10 or newer and run make again." >&2; exit 1; }
	@test -x "$(UV)" || python3 -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "python3 has no venv module: install it (python3-venv) and run make again." >&2; exit 1; }
	@test -x "$(UV)" || { python3 -m venv .tools && .tools/bin/pip install --quiet 'uv~=0.13'; }
