package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
	frame "github.com/quatre-ppl/quatre/bart/table"
)

// bartCmd holds the commands on sums of regression trees.
type bartCmd struct {
	Fit        bartFitCmd        `cmd:"" help:"Fit an unknown function of the columns of a file."`
	Predict    bartPredictCmd    `cmd:"" help:"Predict the rows of another file."`
	Importance bartImportanceCmd `cmd:"" help:"Say which columns matter."`
	PDP        bartPDPCmd        `cmd:"" name:"pdp" help:"Show how the prediction changes with one column."`
	Survival   bartSurvivalCmd   `cmd:"" help:"Give the probabilities of living beyond some times."`
}

// The files in the folder of a fit.
const (
	fitFile        = "fit.trees"
	backgroundFile = "background.csv"
)

// backgroundRows is the largest number of training rows that are kept beside a
// fit, for partial dependence.
const backgroundRows = 500

// loadFit reads the fit in a folder.
func loadFit(dir string) (*bart.Posterior, error) {
	f, err := os.Open(filepath.Join(dir, fitFile))
	if err != nil {
		return nil, failf(inData, "no fit in %s: %w", dir, err)
	}
	defer f.Close()
	post, err := bart.Load(f, quatre.TreeKernel())
	if err != nil {
		return nil, failf(inData, "%s: %w", f.Name(), err)
	}
	return post, nil
}

// matchedRows reads the rows of a file as the fit wants them, with the column of exposures if one is
// named.
func matchedRows(post *bart.Posterior, path, exposure string) (*bart.Data, error) {
	rows, err := frame.ReadFile(path)
	if err != nil {
		return nil, fail(inData, err)
	}
	d, err := rows.Match(wantedColumns(post))
	if err == nil && exposure != "" {
		d.Exposure, err = rows.Numbers(exposure)
	}
	if err != nil {
		return nil, failf(inData, "%s: %w", path, err)
	}
	return d, nil
}

// wantedColumns are the columns that rows of the user have: all of the fit but the period that it adds.
func wantedColumns(post *bart.Posterior) []bart.Column {
	columns := post.Columns()
	if len(post.Periods()) > 0 {
		columns = columns[:len(columns)-1]
	}
	return columns
}

// replaceFile writes a file so that it is there whole or not at all.
func replaceFile(path string, write func(w io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return failf(inOutput, "cannot write %s: %w", path, err)
	}
	err = errors.Join(write(f), f.Sync(), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return failf(inOutput, "cannot write %s: %w", path, errors.Join(err, os.Remove(f.Name())))
	}
	return nil
}

// percent writes a share.
func percent(x float64) string { return fmt.Sprintf("%.1f %%", 100*x) }
