package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"

	"github.com/quatre-ppl/quatre/sim/experiment"
	"github.com/quatre-ppl/quatre/sim/text"
	"github.com/quatre-ppl/quatre/stream/file"
)

// drawn returns the model of the replications: the same for all, or one with the
// parameters of a draw each.
func (c *simRunCmd) drawn(m *text.Model) (experiment.Model, error) {
	if c.Draws == "" {
		return m.Build, nil
	}
	names, rows, err := readDraws(c.Draws)
	if err != nil {
		return nil, fail(inData, err)
	}
	column := map[string]int{}
	for j, name := range names {
		if _, set := c.Set[name]; set {
			continue
		}
		if _, ok := m.Parameters[name]; ok {
			column[name] = j
		}
	}
	if len(column) == 0 {
		return nil, failf(usage, "--draws %s: none of its columns %q is a parameter of %s", c.Draws, names, c.Model)
	}
	build, err := m.Drawn(slices.Sorted(maps.Keys(column)), func(replication int, name string) float64 {
		return rows[experiment.Row(replication, len(rows))][column[name]]
	})
	return build, fail(inModel, err)
}

// readDraws reads a table of numbers with a header, or the draws of a run: its
// folder, whose chains follow each other, or one of its files.
func readDraws(path string) (names []string, rows [][]float64, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.IsDir() {
		return readRun(path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	text := bufio.NewReader(f)
	if first, _ := text.Peek(len(ofStan)); string(first) == ofStan {
		return readRun(path)
	}
	r := csv.NewReader(text)
	r.Comment, r.ReuseRecord = '#', true
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) && len(rows) > 0 {
			return names, rows, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s: want a line of names and lines of numbers: %w", path, err)
		}
		if names == nil {
			names = slices.Clone(record)
			continue
		}
		row := make([]float64, len(record))
		for j, text := range record {
			if row[j], err = strconv.ParseFloat(text, 64); err != nil {
				line, at := r.FieldPos(j)
				return nil, nil, fmt.Errorf("%s:%d:%d: %q is not a number", path, line, at, text)
			}
		}
		rows = append(rows, row)
	}
}

// ofStan begins the files of draws that samplers write, which may have rows of
// the warmup.
const ofStan = "# stan_version"

// readRun reads the draws of a run, without its warmup.
func readRun(path string) (names []string, rows [][]float64, err error) {
	r, err := file.Read(path)
	if err != nil {
		return nil, nil, err
	}
	for chain := range r.Sampling.Chains() {
		for i := range r.Sampling.Len(chain) {
			row, _ := r.Sampling.Row(chain, i)
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("%s: there are no draws", path)
	}
	return r.Sampling.Schema.CSVNames(), rows, nil
}
