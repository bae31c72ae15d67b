// Command quatre samples from the posterior of Bayesian models written in Stan
// and tells how far the draws can be trusted; it follows hidden states, fits
// regression trees and simulates systems besides.
//
//	quatre sample MODEL.stan --data DATA.json --out DIR
//	quatre summary DIR
//	quatre diagnose DIR
//	quatre check MODEL.stan [--data DATA.json]
//	quatre log-density MODEL.stan --data DATA.json --points POINTS.json
//	quatre bart fit TRAIN.csv --target COLUMN --out DIR
//	quatre sim run MODEL.yaml [--reps N] [--until T] [--out DIR]
//	quatre smc filter|run --model NAME --data FILE.csv
//	quatre version
//
// Results go to stdout, everything else to stderr; docs/cli.md is the reference.
package main

import (
	"fmt"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"
)

// commands is the grammar of the command line.
type commands struct {
	Sample     sampleCmd     `cmd:"" help:"Draw from the posterior of a model."`
	Summary    summaryCmd    `cmd:"" help:"Print the table of a run's quantities, from its folder."`
	Diagnose   diagnoseCmd   `cmd:"" help:"Say whether a run's draws can be trusted; exit with 7 if not."`
	Check      checkCmd      `cmd:"" help:"Read a model without sampling: syntax, types, what is not supported."`
	LogDensity logDensityCmd `cmd:"" help:"Evaluate a model's log density and its gradient at given points."`
	Bench      benchCmd      `cmd:"" help:"Measure: effective draws per second and per gradient, start, growth, memory."`
	SMC        smcCmd        `cmd:"" name:"smc" help:"Hidden states, and parameters with them, as data come in."`
	Bart       bartCmd       `cmd:"" help:"Fit sums of regression trees to tables: predict, and see which columns matter."`
	Sim        simCmd        `cmd:"" help:"Simulate systems in which things happen at discrete times: queues, shops, wards."`
	Version    versionCmd    `cmd:"" help:"Print the versions of this program and of what it uses."`
}

const description = `Quatre reasons under uncertainty: it draws from the posterior of Bayesian
models written in Stan (sample), follows hidden states (smc), fits unknown
functions (bart) and simulates systems (sim).

Exit codes:
    0  all is well
    1  a fault of this program, or of the machine
    2  the command line is wrong
    3  the model is wrong: syntax, types, or something not supported
    4  the data are wrong, or other input cannot be read
    5  sampling failed: no point to start from, no parameters, improper
    6  results cannot be written
    7  diagnose found problems
  130  interrupted`

func main() { os.Exit(run(os.Args[1:])) }

// run is the program: it returns the exit code.
func run(args []string) (code int) {
	defer func() {
		if value := recover(); value != nil {
			fmt.Fprintf(os.Stderr, "quatre: this is a fault of the program, please report it: %v\n%s", value, debug.Stack())
			code = int(internal)
		}
	}()
	collectLate()
	parser := kong.Must(grammar(args),
		kong.Name("quatre"), kong.Description(description), kong.Writers(os.Stdout, os.Stderr),
		kong.ConfigureHelp(kong.HelpOptions{NoAppDescFormat: true, WrapUpperBound: 100, Compact: true}),
	)
	command, err := parser.Parse(args)
	if err != nil {
		return complain(os.Stderr, fail(usage, fmt.Errorf("%w (quatre --help lists what there is)", err)))
	}
	return complain(os.Stderr, command.Run())
}

// grammar returns what the command line is parsed into: of all commands only the one
// that it begins with, if there is one, as reading the flags of all takes as long as a
// small run.
func grammar(args []string) any {
	all := reflect.TypeFor[commands]()
	for i := range all.NumField() {
		field := all.Field(i)
		if len(args) > 0 && strings.EqualFold(strings.ReplaceAll(args[0], "-", ""), field.Name) {
			return reflect.New(reflect.StructOf([]reflect.StructField{field})).Interface()
		}
	}
	return new(commands)
}

// firstCollection is the size of the heap, as a percentage of 4 MiB, at which garbage
// is collected for the first time: most short runs end before.
const firstCollection = 800

// collectLate puts off the first garbage collection, unless the environment says when
// it is to be. Later ones are as usual. Nobody asks for a profile of the memory, which
// looks at the stack now and then.
func collectLate() {
	runtime.MemProfileRate = 0
	if os.Getenv("GOGC") != "" {
		return
	}
	usual := debug.SetGCPercent(firstCollection)
	runtime.AddCleanup(new(*int), func(percent int) { debug.SetGCPercent(percent) }, usual)
}
