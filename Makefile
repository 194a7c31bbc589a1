# Clariva: what one can do here. `make` alone prints the list.
# Each target installs what it misses (scripts/install-packages) where it may; one debug build serves tests and demo.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

SWIFT_FILES := Sources Tests bench Package.swift

.PHONY: demo test chaos serve bench fuzz format lint help

demo: ## Build and run the main job against the built-in Meta sandbox (KEEP=1 leaves it running)
	scripts/install-packages
	swift build --product clariva
	.build/debug/clariva demo $(if $(KEEP),--keep)

test: ## Check the deployment files, build, run all tests, and hold the HTTP API against its description
	scripts/install-packages --test
	scripts/with-postgres scripts/check-deploy
	swift build --build-tests
	scripts/with-postgres swift test --skip-build --disable-xctest
	scripts/check-api
	scripts/check-pages
	scripts/chaos short

serve: ## Build and run the service here; the first time makes .env with fresh random keys
	scripts/install-packages
	swift build --product clariva
	scripts/dev-env
	.build/debug/clariva serve --config .env

chaos: ## Kill everything hundreds of times under load, on both databases, and judge what came of it (an hour)
	scripts/install-packages --test
	swift build --build-tests
	scripts/chaos

bench: ## Measure acknowledged webhooks, answered messages and list routes on a release build
	scripts/install-packages --bench
	scripts/bench
	scripts/bench lists

fuzz: ## Fuzz the payload reader and the message id codec with libFuzzer, 60 s or more
	scripts/install-packages
	scripts/fuzz

format: ## Format all Swift files in place
	swift format format -i -r $(SWIFT_FILES)

lint: ## Check format and documentation of all Swift files
	swift format lint --strict -r $(SWIFT_FILES)

help: ## Print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
