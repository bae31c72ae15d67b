package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/quatre-ppl/quatre/smc/picture"
)

// smcCmd is the commands of sequential Monte Carlo.
type smcCmd struct {
	Filter smcFilterCmd `cmd:"" help:"Follow the hidden states of a model with known parameters."`
	Run    smcRunCmd    `cmd:"" help:"Learn parameters and states together, as the data come in."`
}

// smcModelFlags choose a model and its data.
type smcModelFlags struct {
	Model string `required:"" enum:"seir,sir,sirs,volatility,autoregression" help:"seir, sir, sirs, volatility or autoregression."`
	Data  string `short:"d" required:"" placeholder:"FILE.csv" help:"Observations with a header line; - for standard input."`

	Column string `placeholder:"NAME" help:"The column of observations (y, cases, or the only one besides time)."`

	Population float64 `default:"10000" help:"Epidemics: heads in the population."`
	Infected   float64 `default:"5" help:"Epidemics: infected at the start."`
	Wander     bool    `help:"Epidemics: the infection rate wanders, and how much is a parameter (tau)."`
	Reported   float64 `default:"1" help:"Epidemics: the share of cases that are reported."`
	Size       float64 `default:"10" help:"Epidemics: reports are negative binomial of this size, with variance m + m²/size; 0 for Poisson."`
	Reservoir  float64 `default:"0" help:"sirs: rate of infections from outside, for each susceptible head."`
	Step       float64 `default:"0" help:"Epidemics: the longest step of time between observations; 0 for one step."`

	Seed *uint64 `help:"Decides every random number; chosen and printed if not given."`
}

// Help is shared by both commands.
func (smcModelFlags) Help() string {
	return `Models and their parameters:
  seir, sir, sirs  beta, sigma (seir only), gamma, waning (sirs only, of immunity), tau (with --wander); counts of new cases
  volatility       mu, phi, sigma; returns around 0 whose log variance wanders
  autoregression   phi, q, r; a state with persistence phi and noise of variance q, seen with variance r; it starts in
                   equilibrium, and where phi is 1 or -1 with variance 10

The last two make one step from a line to the next, whatever the times say.

The data are lines of comma-separated numbers under a header of names. A column called time (increasing numbers) is
optional; an empty field, NA, NaN, null or a dot is a missing observation.`
}

// known lists what NAME=VALUE flags set, or the first that is none.
func splitSettings(settings []string, flag string) (map[string]string, error) {
	out := map[string]string{}
	for _, s := range settings {
		name, value, ok := strings.Cut(s, "=")
		if !ok || name == "" || value == "" {
			return nil, failf(usage, "--%s=%s: write NAME=VALUE", flag, s)
		}
		if _, twice := out[name]; twice {
			return nil, failf(usage, "--%s: %s is given twice", flag, name)
		}
		out[name] = value
	}
	return out, nil
}

// folderOf reports, before a long run, that there is no folder for its picture.
func folderOf(path string) error {
	if path == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return failf(inOutput, "cannot write %s: %w", path, err)
	}
	return nil
}

// writePicture writes a chart to a file.
func writePicture(path string, panels []picture.Panel) error {
	if path == "" {
		return nil
	}
	f, err := os.Create(path)
	if err != nil {
		return fail(inOutput, err)
	}
	err = picture.Write(f, panels...)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return failf(inOutput, "cannot write %s: %w", path, err)
	}
	return nil
}

// row writes numbers as one line of CSV.
func row(w io.Writer, first string, numbers ...float64) error {
	var b strings.Builder
	b.WriteString(first)
	for _, v := range numbers {
		fmt.Fprintf(&b, ",%.6g", v)
	}
	b.WriteByte('\n')
	if _, err := io.WriteString(w, b.String()); err != nil {
		return failf(inOutput, "cannot write to stdout: %w", err)
	}
	return nil
}

// announce prints a seed that was not given.
func announce(seed **uint64) uint64 {
	if *seed == nil {
		*seed = new(randomSeed())
		fmt.Fprintf(os.Stderr, "seed %d\n", **seed)
	}
	return **seed
}
