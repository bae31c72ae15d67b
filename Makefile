# Quatre: build, run, test. `make help` lists the targets.

GO      ?= go
CMAKE   ?= cmake
BUILD   := build
BIN     := bin/quatre
OUT     ?= out/eight_schools
FUZZTIME ?= 30s

.DEFAULT_GOAL := help
.PHONY: help run build test lint go-test nocgo-test race-test native-test references trees trees-large bench bench-peers check-peers benchmark calibration avx512-emulated fuzz clean setup

help: ## list the targets
	@grep -hE '^[a-z0-9%-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: build ## sample eight schools and print the summary
	$(BIN) sample examples/stan/eight_schools/model.stan --data examples/stan/eight_schools/data.json --seed 1 --out $(OUT) --overwrite

build: ## build the quatre command into bin/
	$(GO) build -o $(BIN) ./cmd/quatre

test: setup lint go-test nocgo-test race-test native-test ## everything that continuous integration runs

lint: ## gofmt, go vet and staticcheck
	@test -z "$$(gofmt -l .)" || { echo 'gofmt would change:'; gofmt -l .; exit 1; }
	$(GO) vet ./...
	$(GO) tool staticcheck ./...

go-test: ## the tests, with native code
	$(GO) test ./...

nocgo-test: ## the tests without cgo: everything interpreted
	CGO_ENABLED=0 $(GO) test -short ./...

race-test: ## the short tests under the race detector
	$(GO) test -race -short ./...

native-test: setup ## build and test the native C part by itself
	$(CMAKE) -S . -B $(BUILD) -DCMAKE_BUILD_TYPE=Release > $(BUILD).log || { cat $(BUILD).log; exit 1; }
	$(CMAKE) --build $(BUILD) --parallel 2 >> $(BUILD).log 2>&1 || { cat $(BUILD).log; exit 1; }
	ctest --test-dir $(BUILD) --output-on-failure

references: ## compare whole runs with trusted posteriors (minutes; QUATRE_SHARED names their folder)
	QUATRE_REFERENCES=1 $(GO) test -v -count=1 -timeout 60m ./internal/references

trees: ## fit regression trees to the cases in the folder TREES (minutes)
	QUATRE_TREES=$(TREES) $(GO) test -v -count=1 -timeout 60m -run TestTrees .

trees-large: ## sample regression trees on a million rows (half a minute, 0.6 GB)
	QUATRE_TREES_LARGE=1 $(GO) test -v -count=1 -timeout 30m -run TestTrees_AMillionRows .

bench: ## micro benchmarks in benchstat form
	$(GO) test -run '^$$' -bench . -benchmem ./...

bench-peers: ## make the Python environment of the benchmark's peers (PYTHON names a Python 3.12 or later)
	@scripts/bench-peers

bench-peers-%: ## the same for one suite, as bench-peers-sim
	@scripts/bench-peers $*

check-peers: ## prove that the peers' programs are the same densities (minutes)
	@scripts/check-peers

benchmark: build bench-peers bench-peers-sim bench-peers-bart bench-peers-smc ## the whole benchmark (hours; leave the machine alone meanwhile) and docs/benchmarks.md
	@scripts/benchmark $(BIN) bench/results

calibration: ## simulation-based calibration of the default adaptation and of regression trees, the long form
	QUATRE_SBC=1 $(GO) test -v -count=1 -run Calibrated ./samplers
	QUATRE_SBC=1 $(GO) test -v -count=1 -timeout 60m -run 'RanksOfTheTruth|JointLaw|ExactPosterior|PriorsLeaves' ./bart

avx512-emulated: ## run the tests of the AVX-512 kernels on an emulated processor (ten minutes; needs Bochs and a kernel)
	@scripts/avx512-emulated

fuzz: ## run every fuzz target for FUZZTIME each
	scripts/fuzz $(FUZZTIME)

setup: ## install what the tests need besides Go, or say what is missing
	@scripts/setup

clean: ## remove what was built
	rm -rf $(BUILD) $(BUILD).log bin out
