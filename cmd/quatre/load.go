package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/kernels"
	"github.com/quatre-ppl/quatre/model"
	"github.com/quatre-ppl/quatre/samplers"
	"github.com/quatre-ppl/quatre/stan"
	"github.com/quatre-ppl/quatre/stan/data"
	"github.com/quatre-ppl/quatre/stan/eval"
	"github.com/quatre-ppl/quatre/stream/file"
)

// loaded is a model with its data, ready to be evaluated.
type loaded struct {
	program     *stan.Program
	posterior   *quatre.Posterior
	model, data file.Source

	// What it took to read the two files and run the program on the data, and
	// to compile the log density.
	reading, compiling time.Duration
}

// load reads a model and its data and compiles the log density. dataFile may be
// "" for a model that declares none. The seed is for random numbers in its
// transformed data.
func load(ctx context.Context, modelFile, dataFile string, seed uint64, o quatre.CompileOptions, c *console) (*loaded, error) {
	began := time.Now()
	l := new(loaded)
	if err := (passes{Without: o.Without}).check(); err != nil {
		return nil, err
	}
	var err error
	if l.program, l.model, err = readProgram(modelFile, c); err != nil {
		return nil, err
	}
	set, source, err := readData(dataFile)
	if err != nil {
		return nil, err
	}
	l.data = source
	m, err := l.program.Model(set, stan.Options{Name: l.model.Name, Print: c, Seed: seed})
	if errors.Is(err, data.ErrMissing) && dataFile == "" {
		err = fmt.Errorf("%w; name the file of the data with --data", err)
	}
	if err != nil {
		return nil, fail(faultOf(err), err)
	}
	l.reading = time.Since(began)
	began = time.Now()
	l.posterior, err = quatre.Compile(ctx, m, o)
	switch {
	case errors.Is(err, samplers.ErrNoParameters):
		return nil, fail(inSampling, err)
	case errors.Is(err, kernels.ErrUnavailable):
		return nil, failf(internal, "%w; --backend auto does without", err)
	case err != nil:
		return nil, fail(internal, err)
	}
	l.compiling = time.Since(began)
	return l, nil
}

// readProgram reads and checks a program.
func readProgram(name string, c *console) (*stan.Program, file.Source, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, file.Source{}, failf(inModel, "the model cannot be read: %w", err)
	}
	program, err := stan.Parse(name, string(text))
	if err != nil {
		return nil, file.Source{}, fail(inModel, err)
	}
	for _, remark := range program.Warnings() {
		c.note("%v", remark)
	}
	return program, file.Source{Name: modelName(name), File: name, Hash: sha(program.Hash())}, nil
}

// modelName is what people call the model: the file's name without extension,
// or the folder's where the file is called just model.stan.
func modelName(path string) string {
	name := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
	if name != "model" {
		return name
	}
	if full, err := filepath.Abs(path); err == nil {
		return filepath.Base(filepath.Dir(full))
	}
	return name
}

// readData reads the data; there are none in "".
func readData(name string) (*data.Set, file.Source, error) {
	if name == "" {
		return data.New(""), file.Source{}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, file.Source{}, failf(inData, "the data cannot be read: %w", err)
	}
	defer f.Close()
	var size int64 // of a file, which pipes are not
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		size = info.Size()
	}
	h := sha256.New()
	set, err := data.ReadSized(io.TeeReader(f, h), size, name)
	var malformed *data.SyntaxError
	if errors.As(err, &malformed) {
		return nil, file.Source{}, fail(inData, err)
	}
	if err != nil {
		return nil, file.Source{}, failf(inData, "the data cannot be read: %w", err)
	}
	base := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	return set, file.Source{Name: base, File: name, Hash: sha(hex.EncodeToString(h.Sum(nil)))}, nil
}

// sha marks a SHA-256 in hexadecimal as such.
func sha(sum string) string { return "sha256:" + strings.TrimPrefix(sum, "sha256:") }

// parameterOf returns the parameter that an unconstrained coordinate belongs to.
func (l *loaded) parameterOf(i int) model.Parameter {
	for _, p := range l.posterior.Model().Parameters {
		if i >= p.Offset && i < p.Offset+p.Size {
			return p
		}
	}
	panic(fmt.Sprintf("no parameter has coordinate %d", i))
}

// faultOf says whether the program or its data are to blame for an error of
// running one on the other. A program that rejects does so because of the data.
func faultOf(err error) kind {
	if inProgram := (*eval.Error)(nil); errors.As(err, &inProgram) {
		return inModel
	}
	return inData
}
