package file

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/quatre-ppl/quatre/stream"
)

// RunInfoName is the name of the file that tells how the draws came about.
const RunInfoName = "run.json"

// runInfoFormat is the version of RunInfo's layout. A reader refuses a higher
// one; fields may be added without a new version.
const runInfoFormat = 1

// Status tells how a run stands.
type Status string

// The states of a run. A run.json that says StatusRunning although no process
// writes to its folder is left over from a crash.
const (
	StatusRunning     Status = "running"
	StatusComplete    Status = "complete"
	StatusInterrupted Status = "interrupted"
	StatusFailed      Status = "failed"
)

// RunInfo is the content of run.json.
type RunInfo struct {
	// Format is the version of this layout; WriteRunInfo sets it.
	Format int `json:"format"`
	// Status tells how the run stands, Error why it failed.
	Status Status `json:"status"`
	Error  string `json:"error,omitempty"`
	// Versions maps the parts of the software to their versions: "quatre", "go",
	// "cc" and so on.
	Versions map[string]string `json:"versions"`
	// Command is the command line, Seed and Options what it came to.
	Command []string       `json:"command,omitempty"`
	Seed    uint64         `json:"seed"`
	Options map[string]any `json:"options"`
	// Model and Data are what was sampled.
	Model Source `json:"model"`
	Data  Source `json:"data"`
	// Started and Finished are times by the wall clock; Finished is zero while
	// the run goes on.
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	// Compiler is the compiler's report, in its own layout.
	Compiler json.RawMessage `json:"compiler,omitempty"`
	// Chains has one element per chain.
	Chains []ChainInfo `json:"chains"`
}

// Source is a model or a data set.
type Source struct {
	// Name is the name by which people know it, File where it came from.
	Name string `json:"name,omitempty"`
	File string `json:"file,omitempty"`
	// Hash identifies the content, as ALGORITHM:HEX.
	Hash string `json:"hash,omitempty"`
}

// ChainInfo is the summary of one chain in run.json.
type ChainInfo struct {
	// Chain is the chain's number, counted from 1 as in its file's name.
	Chain int `json:"chain"`
	// File is the name of the chain's CSV file within the folder.
	File string `json:"file"`
	// Complete tells that the chain drew all it was asked for.
	Complete bool `json:"complete"`
	// Warmup and Draws count the iterations of either phase.
	Warmup int `json:"warmup"`
	Draws  int `json:"draws"`
	// WarmupSeconds and SamplingSeconds are the phases' durations.
	WarmupSeconds   float64 `json:"warmup_seconds"`
	SamplingSeconds float64 `json:"sampling_seconds"`
	// StepSize is the step of the sampling phase.
	StepSize stream.Number `json:"step_size"`
	// Leapfrogs counts gradient evaluations of the sampling phase.
	Leapfrogs int64 `json:"leapfrogs"`
	// Divergences and Saturated count draws of the sampling phase whose
	// transition diverged or reached the greatest tree depth.
	Divergences int `json:"divergences"`
	Saturated   int `json:"saturated"`
	// Directions is the number of directions in which the metric was corrected,
	// besides its diagonal.
	Directions int `json:"directions,omitempty"`
	// Rotations tells that steps were rotations about the centre of a normal, which
	// is done where the posterior is nearly one.
	Rotations bool `json:"rotations,omitempty"`
	// Latents tells in which coordinates the sampler moved latents, where it chose
	// them; nil where it moved in those of the model.
	Latents *Latents `json:"latents,omitempty"`
	// Recovered counts the transitions of both phases that were rescued from a
	// fault.
	Recovered int `json:"recovered"`
}

// Latents counts latents by the coordinates in which they were sampled. The draws
// are those of the model as written in any case.
type Latents struct {
	All        int `json:"all"`
	NonCentred int `json:"non_centred"` // as (x - location)/scale
	Between    int `json:"between"`
	Centred    int `json:"centred"` // as x
}

// WriteRunInfo writes run.json in the folder dir so that a reader sees the old
// file or the new one, never a part, be it after a loss of power. The record of a run
// that goes on is not made durable: it is about to be replaced, and after a loss of
// power the draws do not look whole without it.
func WriteRunInfo(dir string, r *RunInfo) error {
	path := filepath.Join(dir, RunInfoName)
	stamped := *r
	stamped.Format = runInfoFormat
	text, err := json.MarshalIndent(&stamped, "", "  ")
	if err != nil {
		return fmt.Errorf("file: cannot write %s: %w", path, err)
	}
	if err := replace(path, append(text, '\n'), r.Status != StatusRunning); err != nil {
		return fmt.Errorf("file: cannot write %s: %w", path, err)
	}
	return nil
}

// replace writes the file under a passing name and renames it, and if wanted makes
// first the file and then the new name durable.
func replace(path string, content []byte, durable bool) (err error) {
	dir := filepath.Dir(path)
	temp, err := os.CreateTemp(dir, ".run-*.json")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(temp.Name())
		}
	}()
	_, err = temp.Write(content)
	if err == nil {
		err = temp.Chmod(0o644)
	}
	if err == nil && durable {
		err = temp.Sync()
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err = os.Rename(temp.Name(), path); err != nil || !durable {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// ReadRunInfo reads run.json of the folder dir. The error is an
// fs.ErrNotExist where there is none.
func ReadRunInfo(dir string) (*RunInfo, error) {
	path := filepath.Join(dir, RunInfoName)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("file: %w", err)
	}
	r := new(RunInfo)
	if err := json.Unmarshal(text, r); err != nil {
		return nil, fmt.Errorf("file: %s is damaged: %w", path, err)
	}
	if r.Format < 1 || r.Format > runInfoFormat {
		return nil, fmt.Errorf("file: %s has format %d, this program reads up to %d; use a newer version", path, r.Format, runInfoFormat)
	}
	return r, nil
}
