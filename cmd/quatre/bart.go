package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/bart"
)

// bartCmd holds the commands on sums of regression trees.
type bartCmd struct {
	Fit        bartFitCmd        `cmd:"" help:"Fit an unknown function of the columns of a file."`
	Predict    bartPredictCmd    `cmd:"" help:"Predict the rows of another file."`
	Effect     bartEffectCmd     `cmd:"" help:"Give the effects of a treatment at the rows of a file."`
	Groups     bartGroupsCmd     `cmd:"" help:"List the effects of groups."`
	Importance bartImportanceCmd `cmd:"" help:"Say which columns matter."`
	LOO        bartLOOCmd        `cmd:"" name:"loo" help:"Score the rows of the fit, each as if the fit had not seen it."`
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

// treeFit is a fit of one of four kinds, of which the others are nil.
type treeFit struct {
	plain   *bart.Posterior
	grouped *bart.Grouped
	causal  *bart.Causal
	many    *bart.Many
	roles   treeRoles
}

// loadFit reads the fit in a folder. What its columns were is known unless the folder has only the fit.
func loadFit(dir string) (*treeFit, error) {
	file, err := os.Open(filepath.Join(dir, fitFile))
	if err != nil {
		return nil, failf(inData, "no fit in %s: %w", dir, err)
	}
	defer file.Close()
	any, err := bart.LoadAny(file, quatre.TreeKernel())
	if err != nil {
		return nil, failf(inData, "%s: %w", file.Name(), err)
	}
	f := &treeFit{}
	switch fit := any.(type) {
	case *bart.Posterior:
		f.plain = fit
	case *bart.Grouped:
		f.grouped = fit
	case *bart.Causal:
		f.causal = fit
	case *bart.Many:
		f.many = fit
	}
	roles, err := loadRoles(dir)
	if err != nil && f.plain == nil {
		return nil, err
	}
	f.roles = roles
	return f, nil
}

// trees are the trees of the response, of the first one if there are several.
func (f *treeFit) trees() *bart.Posterior {
	switch {
	case f.grouped != nil:
		return f.grouped.Trees
	case f.causal != nil:
		return f.causal.Prognostic
	case f.many != nil:
		return f.many.Of(f.many.Names[0])
	}
	return f.plain
}

// part returns the trees of a response, or of "effect" in a causal fit; with no name the only ones.
func (f *treeFit) part(name string) (*bart.Posterior, error) {
	switch {
	case f.causal != nil && name == "effect":
		return f.causal.Effect, nil
	case f.many != nil:
		if post := f.many.Of(name); post != nil {
			return post, nil
		}
		return nil, failf(usage, "say of which response, with --of: %q", f.many.Names)
	case name != "":
		return nil, failf(usage, "--of is for causal fits, where it may be effect, and for several responses")
	}
	return f.trees(), nil
}

// save writes the fit to a file.
func (f *treeFit) save(w io.Writer) error {
	switch {
	case f.grouped != nil:
		return f.grouped.Save(w)
	case f.causal != nil:
		return f.causal.Save(w)
	case f.many != nil:
		return f.many.Save(w)
	}
	return f.plain.Save(w)
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
