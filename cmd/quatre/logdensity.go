package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/quatre-ppl/quatre"
)

// logDensityCmd evaluates a model at given points.
type logDensityCmd struct {
	Model   string `arg:"" name:"MODEL.stan" help:"The model."`
	Data    string `short:"d" placeholder:"DATA.json" help:"The data, in Stan's JSON format."`
	Points  string `required:"" placeholder:"POINTS.json" help:"The points on the unconstrained scale; - for stdin."`
	Seed    uint64 `default:"0" help:"Decides random numbers in the transformed data block, as in sample."`
	Backend string `default:"interp" enum:"auto,interp,cpu" help:"Who evaluates the model: auto, interp or cpu; the numbers do not depend on it."`
	passes
}

// Help implements kong.HelpProvider.
func (*logDensityCmd) Help() string {
	return `The points are an object with a list of unconstrained vectors:

  {"points": [{"q": [0.1, 0.2]}]}

so is the result, where null stands for what is not finite:

  {"points": [{"lp": -1.5, "grad": [0.3, null]}]}

The log density includes the Jacobians of the transforms; constants that a "~" statement drops are dropped.`
}

// point is one point of the file.
type point struct {
	Q []*float64 `json:"q"`
}

// evaluation is the result at a point; nil is what is not finite.
type evaluation struct {
	LogDensity *float64   `json:"lp"`
	Grad       []*float64 `json:"grad"`
}

// Run implements the command.
func (c *logDensityCmd) Run() error {
	options := c.options(quatre.BackendName(c.Backend))
	options.NoMap = true // the density is that of the model's own coordinates
	l, err := load(context.Background(), c.Model, c.Data, c.Seed, options, &console{quiet: true})
	if err != nil {
		return err
	}
	defer l.posterior.Close()
	points, err := readPoints(c.Points, l.posterior.Dim())
	if err != nil {
		return err
	}
	density, err := l.posterior.LogDensity()
	if err != nil {
		return fail(internal, err)
	}
	defer density.Close()
	list := make([]evaluation, len(points))
	grad := make([]float64, l.posterior.Dim())
	for i, q := range points {
		logDensity, err := density.LogDensityGrad(grad, q)
		if err != nil {
			return failf(internal, "point %d: %w", i+1, err)
		}
		list[i].LogDensity = finite(logDensity)
		for _, g := range grad {
			list[i].Grad = append(list[i].Grad, finite(g))
		}
	}
	return result(func(w io.Writer) error { return writeEvaluations(w, list) })
}

// finite returns a pointer to a copy of x, nil if x is not finite.
func finite(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// readPoints reads a file of points, each of so many numbers.
func readPoints(name string, dim int) ([][]float64, error) {
	text, err := readFile(name)
	if err != nil {
		return nil, failf(inData, "the points cannot be read: %w", err)
	}
	var points struct {
		Points []point `json:"points"`
	}
	if err := json.Unmarshal(text, &points); err != nil {
		return nil, failf(inData, `%s: %w; want {"points": [{"q": [0.1, 0.2]}]}`, name, err)
	}
	if len(points.Points) == 0 {
		return nil, failf(inData, `%s: no points; want {"points": [{"q": [0.1, 0.2]}]}`, name)
	}
	list := make([][]float64, len(points.Points))
	for i, p := range points.Points {
		if len(p.Q) != dim {
			return nil, failf(inData, "%s: point %d has %d numbers, the model has %d on the unconstrained scale", name, i+1, len(p.Q), dim)
		}
		for j, x := range p.Q {
			if x == nil {
				return nil, failf(inData, "%s: point %d: number %d is null", name, i+1, j+1)
			}
			list[i] = append(list[i], *x)
		}
	}
	return list, nil
}

// readFile is os.ReadFile, with "-" for stdin.
func readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(bufio.NewReader(os.Stdin))
	}
	return os.ReadFile(name)
}

// writeEvaluations writes one line per point.
func writeEvaluations(w io.Writer, list []evaluation) error {
	if _, err := io.WriteString(w, "{\"points\": [\n"); err != nil {
		return err
	}
	for i := range list {
		text, err := json.Marshal(&list[i])
		if err != nil {
			return err
		}
		end := ",\n"
		if i == len(list)-1 {
			end = "\n]}\n"
		}
		if _, err := fmt.Fprintf(w, "  %s%s", text, end); err != nil {
			return err
		}
	}
	return nil
}
