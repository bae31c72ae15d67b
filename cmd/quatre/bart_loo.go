package main

import (
	"context"
	"fmt"
	"io"

	"github.com/quatre-ppl/quatre/bart"
)

// bartLOOCmd scores rows that the fit has seen.
type bartLOOCmd struct {
	Dir   string `arg:"" name:"DIR" help:"Folder of a fit."`
	Train string `arg:"" name:"TRAIN" help:"The file of the fit."`
	Out   string `short:"o" placeholder:"FILE" help:"Write the scores of the rows to a file."`
	Of    string `placeholder:"RESPONSE" help:"Which of several responses."`
}

// Run implements the command.
func (c *bartLOOCmd) Run() error {
	fit, err := loadFit(c.Dir)
	if err != nil {
		return err
	}
	if fit.roles, err = loadRoles(c.Dir); err != nil {
		return err
	}
	if fit.many != nil {
		fit.roles.setFirst(c.Of)
	}
	rows, err := fit.roles.read(c.Train)
	if err != nil {
		return err
	}
	ctx, stop := interruptible(func() {})
	defer stop()
	loo, err := fit.leaveOneOut(ctx, rows, c.Of)
	if err != nil {
		return fail(inData, err)
	}
	if c.Out != "" {
		err := replaceFile(c.Out, func(w io.Writer) error {
			return writeColumns(w, []string{"log_score", "pareto_k"}, [][]float64{loo.LogScore, loo.K})
		})
		if err != nil {
			return err
		}
	}
	return result(func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "log predictive density of the %d rows %.1f, standard error %.1f; %d rows with a Pareto k above 0.7, whose scores are unreliable\n",
			len(loo.LogScore), loo.Total, loo.Error, loo.Unreliable)
		return err
	})
}

// leaveOneOut scores the rows by the fit's kind.
func (f *treeFit) leaveOneOut(ctx context.Context, rows *treeRows, of string) (*bart.LOO, error) {
	switch {
	case f.grouped != nil:
		return f.grouped.LeaveOneOut(ctx, rows.d, rows.groups)
	case f.causal != nil:
		return f.causal.LeaveOneOut(ctx, rows.d, rows.treatment)
	}
	post, err := f.part(of)
	if err != nil {
		return nil, err
	}
	return post.LeaveOneOut(ctx, rows.d)
}

// setFirst makes one of several responses the one that is read as the response.
func (r *treeRoles) setFirst(name string) {
	for k := range r.Targets {
		if r.Targets[k] == name {
			r.Targets[0], r.Targets[k] = r.Targets[k], r.Targets[0]
		}
	}
}
