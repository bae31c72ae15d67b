package model

import (
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/quatre-ppl/quatre/model/expr"
)

// reported is a mistake that a Builder knows of. Expressions carry it on, so that
// what is built from them is not reported again.
type reported struct {
	to *Builder
	error
}

// Unwrap returns the mistake.
func (r reported) Unwrap() error { return r.error }

// fail keeps a mistake unless it follows from one that is kept already, and
// returns the expression that stands for the site from now on.
func (b *Builder) fail(site string, err error) expr.Expr {
	if known, ok := errors.AsType[reported](err); ok && known.to == b {
		return expr.Error(known)
	}
	if site == "" {
		site = "without a name"
	} else {
		site = fmt.Sprintf("%q", site)
	}
	err = fmt.Errorf("site %s: %w", site, err)
	b.errs = append(b.errs, err)
	return expr.Error(reported{b, err})
}

// claim takes a name for a site.
func (b *Builder) claim(name string) error {
	if err := checkName(name); err != nil {
		return err
	}
	if b.names[name] {
		return errors.New("the name is used twice")
	}
	b.names[name] = true
	return nil
}

// checkName allows the names that can head a column of a file of draws, with
// indices after them, and that are no statistic of the sampler.
func checkName(name string) error {
	for i, r := range name {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return errors.New("a name is made of letters, digits and _, and does not begin with a digit")
		}
	}
	switch {
	case name == "":
		return errors.New("give it one: results are reported and data bound by name")
	case strings.HasSuffix(name, "__"):
		return errors.New("names that end in __ are those of the sampler's statistics")
	}
	return nil
}

// owned returns the error that x carries, or one that names a parameter in it
// that is not of this model. Parameters are told by name and place.
func (b *Builder) owned(x expr.Expr) error {
	if err := x.Err(); err != nil {
		return err
	}
	if b.seen[x] {
		return nil
	}
	b.seen[x] = true
	if x.Kind == expr.Param && !b.declared(x) {
		return fmt.Errorf("it depends on %q, a parameter of another model", x.Name)
	}
	for _, a := range x.In {
		if err := b.owned(a); err != nil {
			return err
		}
	}
	return nil
}

func (b *Builder) declared(x expr.Expr) bool {
	for i := len(b.m.Parameters) - 1; i >= 0; i-- {
		if p := &b.m.Parameters[i]; p.Offset == x.Off && p.Size == x.Size() {
			return p.Name == x.Name
		}
	}
	return false
}
