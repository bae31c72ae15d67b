package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/tensor"
)

// pathfinderInit is what --init says in place of a file.
const pathfinderInit = "pathfinder"

// starts returns the unconstrained starting point of each chain, nil if they
// are to be random.
func (c *sampleCmd) starts(l *loaded) ([][]float64, error) {
	dim := l.posterior.Dim()
	given := c.Init != "" && c.Init != pathfinderInit
	if c.Init == "0" || !given && c.InitRadius == 0 {
		return repeat(make([]float64, dim), c.Chains), nil
	}
	if !given {
		return nil, nil
	}
	text, err := os.ReadFile(c.Init)
	if err != nil {
		return nil, failf(inData, "the starting points cannot be read: %w", err)
	}
	points, err := l.parseStarts(text)
	if err != nil {
		return nil, failf(inData, "%s: %w", c.Init, err)
	}
	if len(points) == 1 {
		points = repeat(points[0], c.Chains)
	}
	if len(points) != c.Chains {
		return nil, failf(inData, "%s: %d starting points for %d chains; give one, or one for each", c.Init, len(points), c.Chains)
	}
	for i, q := range points {
		if len(q) != dim {
			return nil, failf(inData, "%s: starting point %d has %d numbers, the model has %d on the unconstrained scale", c.Init, i+1, len(q), dim)
		}
	}
	return points, nil
}

func repeat(point []float64, n int) [][]float64 {
	points := make([][]float64, n)
	for i := range points {
		points[i] = point
	}
	return points
}

// errStartForm describes what a file of starting points may be.
var errStartForm = errors.New(`want an object of parameter values, a list of numbers, or a list of such objects or lists, as in {"mu": 0} or [0, 0.5]`)

// parseStarts reads one of the forms that the help of sample describes.
func (l *loaded) parseStarts(text []byte) ([][]float64, error) {
	var whole json.RawMessage
	if err := json.Unmarshal(text, &whole); err != nil {
		return nil, fmt.Errorf("not valid JSON: %w", err)
	}
	if bytes.HasPrefix(whole, []byte("{")) {
		q, err := l.unconstrain(whole)
		return [][]float64{q}, err
	}
	var list []json.RawMessage
	if json.Unmarshal(whole, &list) != nil || len(list) == 0 {
		return nil, errStartForm
	}
	var points [][]float64
	for i, item := range list {
		var q []float64
		var err error
		switch item[0] {
		case '{':
			q, err = l.unconstrain(item)
		case '[':
			q, err = numbers(item)
		default:
			if q, err = numbers(whole); err == nil {
				return [][]float64{q}, nil
			}
		}
		if err != nil {
			return nil, fmt.Errorf("starting point %d: %w", i+1, err)
		}
		points = append(points, q)
	}
	return points, nil
}

// numbers reads a list of numbers.
func numbers(text []byte) ([]float64, error) {
	var list []*float64
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, errStartForm
	}
	q := make([]float64, len(list))
	for i, x := range list {
		if x == nil {
			return nil, fmt.Errorf("number %d is null", i+1)
		}
		q[i] = *x
	}
	return q, nil
}

// unconstrain reads values of all parameters and returns the point they stand for.
func (l *loaded) unconstrain(text []byte) ([]float64, error) {
	set, err := data.Read(bytes.NewReader(text), "the object")
	if err != nil {
		return nil, err
	}
	values := map[string][]float64{}
	for _, p := range l.posterior.Model().Parameters {
		v, err := set.Get(p.Name)
		if errors.Is(err, data.ErrMissing) {
			return nil, fmt.Errorf("parameter %q has no value; the model's parameters are %s", p.Name, l.parameterNames())
		}
		if err != nil {
			return nil, err
		}
		if !v.Shape.Equal(p.Shape) {
			return nil, fmt.Errorf("parameter %q has shape %v, want %v", p.Name, v.Shape, p.Shape)
		}
		values[p.Name] = columnMajor(v.Reals, p.Shape)
	}
	return l.posterior.Unconstrain(values)
}

func (l *loaded) parameterNames() string {
	var names []string
	for _, p := range l.posterior.Model().Parameters {
		names = append(names, p.Name)
	}
	return strings.Join(names, ", ")
}

// columnMajor returns the elements of a row-major array with the first index
// fastest.
func columnMajor(rowMajor []float64, shape tensor.Shape) []float64 {
	out := make([]float64, len(rowMajor))
	index := make([]int, len(shape))
	for i := range out {
		from := 0
		for d := range shape {
			from = from*shape[d] + index[d]
		}
		out[i] = rowMajor[from]
		for d := range shape {
			if index[d]++; index[d] < shape[d] {
				break
			}
			index[d] = 0
		}
	}
	return out
}
