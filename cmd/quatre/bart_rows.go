package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/quatre-ppl/quatre/bart"
	frame "github.com/quatre-ppl/quatre/bart/table"
)

// rolesFile tells, in the folder of a fit, what the columns of its file were.
const rolesFile = "fit.json"

// treeRoles are what the columns of a file are to a fit.
type treeRoles struct {
	Targets   []string            `json:"targets"`
	Family    string              `json:"family"`
	Event     string              `json:"event,omitempty"`
	Weights   string              `json:"weights,omitempty"`
	Exposure  string              `json:"exposure,omitempty"`
	Group     string              `json:"group,omitempty"`
	Slopes    []string            `json:"slopes,omitempty"`
	Treatment string              `json:"treatment,omitempty"`
	Drop      []string            `json:"drop,omitempty"`
	Ordered   map[string][]string `json:"ordered,omitempty"`
	Unordered []string            `json:"unordered,omitempty"`
	// Groups and Levels are the names of the groups and of the levels of the response.
	Groups []string `json:"groups,omitempty"`
	Levels []string `json:"levels,omitempty"`
	// Dates are the columns whose numbers are days.
	Dates []string `json:"dates,omitempty"`
}

// saveRoles and loadRoles write and read them.
func (r *treeRoles) save(dir string) error {
	return replaceFile(filepath.Join(dir, rolesFile), func(w io.Writer) error {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(r)
	})
}

func loadRoles(dir string) (treeRoles, error) {
	var r treeRoles
	text, err := os.ReadFile(filepath.Join(dir, rolesFile))
	if err == nil {
		err = json.Unmarshal(text, &r)
	}
	if err != nil {
		return r, failf(inData, "%s: the columns of the fit are not known: %w", filepath.Join(dir, rolesFile), err)
	}
	return r, nil
}

// conflict reports a column with two roles that cannot go together.
func (r *treeRoles) conflict() error {
	used := map[string]string{}
	take := func(flag string, names ...string) error {
		for _, name := range names {
			if before, taken := used[name]; taken && name != "" {
				return failf(usage, "column %s is named by --%s and --%s: it can be one of them", name, before, flag)
			}
			used[name] = flag
		}
		return nil
	}
	for _, c := range []struct{ flag, name string }{{"weights", r.Weights}, {"event", r.Event}, {"exposure", r.Exposure}, {"group", r.Group}, {"treatment", r.Treatment}} {
		if err := take(c.flag, c.name); err != nil {
			return err
		}
	}
	return take("target", r.Targets...)
}

// columns are the roles as package table knows them.
func (r *treeRoles) columns() frame.Roles {
	t := frame.Roles{Target: r.Targets[0], Weights: r.Weights, Event: r.Event, Exposure: r.Exposure, Unordered: r.Unordered, Ordered: r.Ordered}
	t.Drop = slices.Concat(r.Drop, r.Targets[1:])
	for _, name := range []string{r.Group, r.Treatment} {
		if name != "" {
			t.Drop = append(t.Drop, name)
		}
	}
	if len(r.Levels) > 0 { // of texts, as the fit knows them
		t.Ordered = maps.Clone(r.Ordered)
		if t.Ordered == nil {
			t.Ordered = map[string][]string{}
		}
		t.Ordered[r.Targets[0]] = r.Levels
	}
	t.Classes = r.Family == "probit" || r.Family == "logistic" || r.Family == "ordinal"
	return t
}

// treeRows are the rows of a file in their roles.
type treeRows struct {
	d         *bart.Data
	groups    bart.Groups
	treatment []float64
	responses []bart.Response
	doubts    []string // about columns
}

// read reads the rows of a file to fit, and what levels of texts are called.
func (r *treeRoles) read(path string) (*treeRows, error) {
	file, err := frame.ReadFile(path)
	if err != nil {
		return nil, fail(inData, err)
	}
	rows := &treeRows{}
	r.Dates = file.Dates()
	if rows.d, err = file.Data(r.columns()); err != nil {
		return nil, failf(inData, "%s: %w", path, err)
	}
	rows.doubts = file.Doubts(rows.d, r.columns())
	if _, r.Levels, err = file.Response(r.columns()); err == nil {
		err = rows.beside(file, r)
	}
	if err == nil && len(r.Targets) > 1 {
		for _, name := range r.Targets {
			values, e := file.Numbers(name)
			if e != nil {
				err = e
				break
			}
			rows.responses = append(rows.responses, bart.Response{Name: name, Values: values})
		}
	}
	if err != nil {
		return nil, failf(inData, "%s: %w", path, err)
	}
	return rows, nil
}

// beside reads the groups and the treatment.
func (rows *treeRows) beside(file *frame.Table, r *treeRoles) (err error) {
	if r.Treatment != "" {
		if rows.treatment, err = file.Numbers(r.Treatment); err != nil {
			return err
		}
	}
	if r.Group == "" {
		return nil
	}
	var names []string
	if rows.groups.Of, names, err = file.Groups(r.Group, r.Groups); err != nil {
		return err
	}
	r.Groups, rows.groups.Count = names, len(names)
	for _, name := range r.Slopes {
		values, err := file.Numbers(name)
		if err != nil {
			return err
		}
		rows.groups.Slopes = append(rows.groups.Slopes, values)
	}
	return nil
}

// scored reads rows that the fit has not seen, with their response.
func (f *treeFit) scored(path string, r *treeRoles) (*treeRows, error) {
	rows, err := f.match(path, r.Exposure, true)
	if err != nil {
		return nil, err
	}
	only := *r // the response, without what stands beside the trees
	only.Group, only.Slopes, only.Treatment = "", nil, ""
	known, err := only.read(path)
	if err != nil {
		return nil, err
	}
	rows.d.Y, rows.d.Weights, rows.d.Censored = known.d.Y, known.d.Weights, known.d.Censored
	return rows, nil
}

// match reads the rows of a file to predict; outcome tells that groups or treatments matter.
func (f *treeFit) match(path, exposure string, outcome bool) (*treeRows, error) {
	file, err := frame.ReadFile(path)
	if err != nil {
		return nil, fail(inData, err)
	}
	rows := &treeRows{}
	columns := f.wantedColumns(file)
	for _, unknown := range file.Unknown(columns) {
		fmt.Fprintf(os.Stderr, "note: %s: %s\n", path, unknown)
	}
	rows.d, err = file.Match(columns)
	if err == nil && exposure != "" {
		rows.d.Exposure, err = file.Numbers(exposure)
	}
	if err == nil && outcome {
		err = rows.beside(file, &f.roles)
	}
	if err != nil {
		return nil, failf(inData, "%s: %w", path, err)
	}
	return rows, nil
}

// wantedColumns are the columns that rows of the user have: all of the fit but the period and the propensity that
// it adds itself.
func (f *treeFit) wantedColumns(file *frame.Table) []bart.Column {
	columns := f.trees().Columns()
	if len(f.trees().Periods()) > 0 {
		columns = columns[:len(columns)-1]
	}
	if f.causal != nil && f.causal.Propensities != nil {
		columns = slices.DeleteFunc(columns, func(c bart.Column) bool {
			return c.Name == "propensity" && !slices.Contains(file.Names(), c.Name)
		})
	}
	return columns
}
