package file

import (
	"bufio"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/quatre-ppl/quatre/stream"
)

// Run is the content of a folder of results.
type Run struct {
	// Info is run.json, nil if the folder has none, as one of CmdStan's.
	Info *RunInfo
	// Chains has one element per file, in the order of the chains' numbers. Its
	// index is the chain's number in Warmup and Sampling.
	Chains []Chain
	// Warmup and Sampling hold the rows.
	Warmup, Sampling stream.Draws
	// Warnings are sentences about what is missing or was dropped.
	Warnings []string
}

// Complete tells whether every chain is complete, and run.json, if there is
// one, says so too.
func (r *Run) Complete() bool {
	for i := range r.Chains {
		if !r.Chains[i].Complete {
			return false
		}
	}
	return r.Info == nil || r.Info.Status == StatusComplete && len(r.Chains) == len(r.Info.Chains)
}

// Read reads the results in the folder dir: the files that run.json lists or,
// without one, all CSV files that begin as CmdStan's do. A single CSV file may
// be given in place of a folder. Results cut short are read as far as they go,
// with a warning; damage is an error, a *ParseError where it has a line.
func Read(dir string) (*Run, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("file: cannot read results: %w", err)
	}
	if !info.IsDir() {
		return ReadFiles(dir)
	}
	meta, err := ReadRunInfo(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	var paths []string
	if meta != nil {
		for _, c := range meta.Chains {
			if c.File != filepath.Base(c.File) {
				return nil, fmt.Errorf("file: %s lists %q, which is not a file of its folder", filepath.Join(dir, RunInfoName), c.File)
			}
			paths = append(paths, filepath.Join(dir, c.File))
		}
	} else if paths, err = findCSV(dir); err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, fmt.Errorf("file: %s holds no results: neither %s nor a CSV file in CmdStan's format", dir, RunInfoName)
	}
	r, err := ReadFiles(paths...)
	if err != nil {
		return nil, err
	}
	r.Info = meta
	if meta != nil && meta.Status != StatusComplete {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s: status of the run is %q", filepath.Join(dir, RunInfoName), meta.Status))
	}
	return r, nil
}

// findCSV lists the files in dir that begin like a CmdStan result.
func findCSV(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("file: cannot read results: %w", err)
	}
	var paths []string
	for _, entry := range entries {
		path := filepath.Join(dir, entry.Name())
		if entry.IsDir() || filepath.Ext(path) != ".csv" {
			continue
		}
		is, err := beginsLikeCmdStan(path)
		if err != nil {
			return nil, err
		}
		if is {
			paths = append(paths, path)
		}
	}
	return paths, nil
}

func beginsLikeCmdStan(path string) (bool, error) {
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("file: cannot read results: %w", err)
	}
	defer f.Close()
	// Only the beginning counts: a file may be too short, but not unreadable.
	first, _ := bufio.NewReader(f).Peek(len("# stan_version"))
	return strings.HasPrefix(string(first), "# stan_version"), nil
}

// ReadFiles reads the given CSV files as the chains of one run. Info is nil.
func ReadFiles(paths ...string) (*Run, error) {
	var parsed []parsedFile
	for _, path := range paths {
		one, err := parseFile(path)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, one)
	}
	slices.SortStableFunc(parsed, func(a, b parsedFile) int {
		return cmp.Or(cmp.Compare(a.id(), b.id()), cmp.Compare(a.chain.File, b.chain.File))
	})
	r := new(Run)
	begun := slices.IndexFunc(parsed, func(p parsedFile) bool { return p.sampling.Schema != nil })
	if begun < 0 {
		return nil, fmt.Errorf("file: no chain has begun to write rows in %s", strings.Join(paths, ", "))
	}
	for i, one := range parsed {
		if err := agrees(parsed[begun], one); err != nil {
			return nil, err
		}
		one.warmup.Schema, one.sampling.Schema = parsed[begun].sampling.Schema, parsed[begun].sampling.Schema
		one.warmup.Chain, one.sampling.Chain = i, i
		if err := errors.Join(r.Warmup.Append(one.warmup), r.Sampling.Append(one.sampling)); err != nil {
			return nil, err
		}
		r.Chains = append(r.Chains, *one.chain)
		r.Warnings = append(r.Warnings, one.warnings()...)
	}
	return r, nil
}

type parsedFile struct {
	chain            *Chain
	warmup, sampling *stream.Frame
}

func parseFile(path string) (parsedFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return parsedFile{}, fmt.Errorf("file: cannot read results: %w", err)
	}
	defer f.Close()
	chain, warmup, sampling, err := parse(f, path)
	return parsedFile{chain, warmup, sampling}, err
}

// id is the chain's number as the file states it, 0 if it does not.
func (p parsedFile) id() int {
	id, _ := strconv.Atoi(p.chain.Settings["id"])
	return id
}

func (p parsedFile) warnings() (sentences []string) {
	if p.chain.Torn != 0 {
		sentences = append(sentences, fmt.Sprintf("%s:%d: the last line has no end and was dropped", p.chain.File, p.chain.Torn))
	}
	if !p.chain.Complete {
		sentences = append(sentences, fmt.Sprintf("%s: chain is not complete: the file %s", p.chain.File, p.chain.Missing))
	}
	return sentences
}

// agrees reports why two files cannot be chains of one run.
func agrees(a, b parsedFile) error {
	if m, n := a.chain.Settings["model"], b.chain.Settings["model"]; m != n {
		return fmt.Errorf("file: %s is of model %q, %s of model %q; give the files of one run", a.chain.File, m, b.chain.File, n)
	}
	if b.sampling.Schema != nil && !a.sampling.Schema.Equal(b.sampling.Schema) {
		return fmt.Errorf("file: %s and %s have different columns; give the files of one run", a.chain.File, b.chain.File)
	}
	return nil
}
