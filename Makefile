# The only entry points: people, CI and docs use these targets and nothing else.
# Each is a small script in tools/; make help lists them.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# How long each fuzz target runs, how often the crash test kills on each
# database, how often the cluster test does, how many days are simulated.
FUZZTIME ?= 30s
KILLS    ?= 200
ROUNDS   ?= 20
DAYS     ?= 7

# Packages whose benchmarks make bench runs, and where the output goes, that of
# the browser too.
BENCH_PACKAGES := ./internal/app ./internal/worklist ./internal/intake ./internal/importer ./internal/catalogue ./internal/routing/acd ./internal/account ./internal/platform/live ./internal/report ./e2e/mail
BENCH_OUTPUT   := docs/bench/go.txt
INP_OUTPUT     := docs/bench/inp.txt

.PHONY: help
help: ## show this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z0-9-]+:.*## / { printf "  \033[1m%-10s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## build everything and start the demo on this machine only
	@tools/build.sh
	@exec bin/zongler demo

.PHONY: dev
dev: ## start the demo with web sources that reload
	@tools/dev.sh

.PHONY: web
web: ## build the desk and the widget into web/dist
	@tools/deps.sh build
	@tools/web.sh build

.PHONY: check
check: ## format, lint and vet, floors, unit tests on SQLite
	@tools/check.sh

.PHONY: fmt
fmt: ## format all Go files
	@tools/lint.sh fmt ./...

.PHONY: lint
lint: ## run the linters
	@tools/lint.sh run ./...

.PHONY: generate
generate: ## write the OpenAPI document and the client's types
	@tools/generate.sh

.PHONY: verify
verify: ## prove that generated files are fresh
	@tools/generate.sh --check

.PHONY: test
test: ## everything: checks, web, both databases with ten kills each, two nodes, a simulated day, browser
	@tools/test.sh

.PHONY: e2e
e2e: ## browser tests in a real Chromium, each screen in all its looks
	@tools/e2e.sh

.PHONY: e2e-mail
e2e-mail: ## e-mail against a real Postfix and Dovecot, started for the test alone
	@tools/deps.sh mail
	@ZONGLER_E2E_MAIL=1 go test ./e2e/mail -count=1 -v -timeout 30m

.PHONY: e2e-social
e2e-social: ## channels against other people's servers: node-smpp, Kannel, telegram-test-api, masto.js, the network of Bluesky
	@tools/deps.sh social
	@tools/web.sh install e2e/social/peers
	@tools/web.sh install e2e/social/network
	@ZONGLER_E2E_SOCIAL=1 tools/with-postgres.sh go test ./e2e/social ./internal/channel/telegram ./internal/channel/mastodon/mastodontest ./internal/channel/bluesky -count=1 -v -timeout 25m

.PHONY: crash
crash: ## kill the server KILLS times on each database and count what is lost
	@tools/deps.sh test
	@tools/with-postgres.sh go test ./e2e/crash -count=1 -v -timeout 2h -kills $(KILLS)

.PHONY: cluster
cluster: ## two nodes on one database and one NATS: kill the one that routes ROUNDS times
	@tools/deps.sh test
	@tools/with-postgres.sh go test ./e2e/cluster -count=1 -v -timeout 2h -kills $(ROUNDS)

.PHONY: sim
sim: ## simulate DAYS days of a contact centre on the real engine
	@go test ./sim -count=1 -v -timeout 1h -days $(DAYS)

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME
	@tools/fuzz.sh $(FUZZTIME)

.PHONY: bench
bench: ## run the benchmarks, raw output into docs/bench
	@tools/deps.sh test
	@tools/deps.sh mail
	@tools/bench.sh $(BENCH_OUTPUT) $(BENCH_PACKAGES)
	@tools/inp.sh $(INP_OUTPUT)
