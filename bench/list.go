package bench

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// listFile is the list of posteriors, below the root of the repository.
const listFile = "bench/models/list.json"

// sharedPrefix marks files of the collections that are not in the repository.
const sharedPrefix = "shared:"

// Entry is a posterior of the list. File names are slash-separated and relative
// to the root of the repository, or to the folder of shared collections if they
// begin with "shared:".
type Entry struct {
	Name string `json:"name"`
	// Dir stands for the three files below: model.stan, data.json and, if it is
	// there, reference.json.
	Dir       string `json:"dir,omitempty"`
	Program   string `json:"program,omitempty"`
	Data      string `json:"data,omitempty"`
	Reference string `json:"reference,omitempty"`
	// Sets are names for groups of posteriors.
	Sets []string `json:"sets"`
	// Hard asks for more seeds: few effective draws, or estimates that vary.
	Hard bool `json:"hard,omitempty"`
	// Peer names the model of the peers' script that is the same posterior; ""
	// if only systems that read Stan programs can have it.
	Peer string `json:"peer,omitempty"`
}

// List is where posteriors are found.
type List struct {
	Root    string // of the repository
	Shared  string // folder of the shared collections; "" if there is none
	Entries []Entry
}

// ReadList reads the list of the repository at root. Shared collections are
// looked for in the folder that QUATRE_SHARED names, then beside the repository.
func ReadList(root string) (*List, error) {
	l := &List{Root: root}
	text, err := os.ReadFile(filepath.Join(root, listFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("bench: %s has no %s: run in a checkout of the repository, or name one with --root", root, listFile)
	}
	if err != nil {
		return nil, fmt.Errorf("bench: %w", err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l.Entries); err != nil {
		return nil, fmt.Errorf("bench: %s: %w", listFile, err)
	}
	seen := map[string]bool{}
	for i := range l.Entries {
		e := &l.Entries[i]
		if seen[e.Name] || e.Name == "" {
			return nil, fmt.Errorf("bench: %s: the name %q is empty or used twice", listFile, e.Name)
		}
		seen[e.Name] = true
		e.expand(root)
	}
	for _, dir := range []string{os.Getenv("QUATRE_SHARED"), filepath.Join(root, "..", "shared")} {
		if info, err := os.Stat(dir); dir != "" && err == nil && info.IsDir() {
			l.Shared = dir
			break
		}
	}
	return l, nil
}

// expand fills in the files that Dir stands for.
func (e *Entry) expand(root string) {
	if e.Dir == "" {
		return
	}
	e.Program = e.Dir + "/model.stan"
	e.Data = e.Dir + "/data.json"
	reference := e.Dir + "/reference.json"
	if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(reference))); err == nil && e.Reference == "" {
		e.Reference = reference
	}
}

// Choose returns the entries that are named, or belong to a named set, in the
// order of the list. "all" is all of them.
func (l *List) Choose(names []string) ([]Entry, error) {
	used := map[string]bool{}
	var chosen []Entry
	for _, e := range l.Entries {
		wanted := false
		for _, name := range names {
			if name == "all" || name == e.Name || slices.Contains(e.Sets, name) {
				used[name], wanted = true, true
			}
		}
		if wanted {
			chosen = append(chosen, e)
		}
	}
	for _, name := range names {
		if !used[name] {
			return nil, fmt.Errorf("bench: no posterior or set is called %q: the sets are %s", name, strings.Join(l.sets(), ", "))
		}
	}
	return chosen, nil
}

func (l *List) sets() []string {
	var sets []string
	for _, e := range l.Entries {
		for _, s := range e.Sets {
			if !slices.Contains(sets, s) {
				sets = append(sets, s)
			}
		}
	}
	return sets
}

// errNoShared says why an entry has to be passed over.
var errNoShared = errors.New("its files are in the shared collections, which are not here: set QUATRE_SHARED to their folder")

// path returns where a file of an entry is.
func (l *List) path(name string) (string, error) {
	if inShared, ok := strings.CutPrefix(name, sharedPrefix); ok {
		if l.Shared == "" {
			return "", errNoShared
		}
		return filepath.Join(l.Shared, filepath.FromSlash(inShared)), nil
	}
	return filepath.Join(l.Root, filepath.FromSlash(name)), nil
}

// files returns the paths of an entry's program, data and reference; that of the
// reference is "" if there is none.
func (l *List) files(e *Entry) (program, data, reference string, err error) {
	if program, err = l.path(e.Program); err != nil {
		return "", "", "", err
	}
	if data, err = l.path(e.Data); err != nil {
		return "", "", "", err
	}
	if e.Reference == "" {
		return program, data, "", nil
	}
	reference, err = l.path(e.Reference)
	return program, data, reference, err
}
