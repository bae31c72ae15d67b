package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestErrors_CodePlaceAndRemedy(t *testing.T) {
	dir := t.TempDir()
	const never = "NEVER" // stands for a folder that must not get results
	data := func(text string) []string {
		return []string{"sample", "testdata/normal.stan", "--data", writeTemp(t, "data.json", text), "--out", never}
	}
	of := func(model string, args ...string) []string {
		return append([]string{"sample", "testdata/" + model + ".stan", "--out", never}, args...)
	}
	with := func(args ...string) []string { return sample(normal, args...) }
	file := writeTemp(t, "file", "")
	for name, c := range map[string]struct {
		args []string
		code int
		want string // a regular expression
	}{
		"no command":        {nil, 2, `expected one of`},
		"unknown command":   {[]string{"simple"}, 2, `simple`},
		"unknown flag":      {with("--sed", "1"), 2, `unknown flag --sed, did you mean "--seed"`},
		"no model":          {[]string{"sample"}, 2, `<MODEL.stan>`},
		"chains":            {with("--chains", "0"), 2, `--chains=0`},
		"far too many":      {with("--chains", "1000000000"), 2, `--chains=1000000000: choose 1 to`},
		"data are a folder": {[]string{"sample", "../../examples/stan/eight_schools/model.stan", "--data", "."}, 4, `^quatre: the data cannot be read: read \.: is a directory`},
		"draws":             {with("--draws", "-1"), 2, `--draws`},
		"not a number":      {with("--draws", "many"), 2, `--draws`},
		"target":            {with("--target-accept", "1"), 2, `--target-accept=1`},
		"depth":             {with("--max-depth", "99"), 2, `--max-depth=99`},
		"metric":            {with("--metric", "round"), 2, `"round".*diag, dense or unit`},
		"backend":           {with("--backend", "gpu"), 2, `--backend must be one of`},
		"seed":              {with("--seed", "-1"), 2, `--seed`},
		"thin":              {with("--thin", "0"), 2, `--thin=0`},
		"overwrite":         {with("--overwrite"), 2, `--overwrite.*--out`},
		"no such model":     {[]string{"sample", "nowhere.stan"}, 3, `nowhere.stan: no such file`},
		"syntax":            {of("syntax"), 3, `syntax.stan:2:\d+: error: (?s).*\^`},
		"types":             {of("types"), 3, `types.stan:5:3: error: .*nu(?s).*types.stan:6:`},
		"unsupported":       {of("unsupported"), 3, `unsupported.stan:\d+:\d+: error: complex numbers`},
		"no data at all":    {of("normal"), 4, `"?N"?.*--data`},
		"no such data":      {of("normal", "--data", "nowhere.json"), 4, `nowhere.json: no such file`},
		"malformed":         {data("{\"N\": 2,\n \"y\": [1, 2"), 4, `data.json:2:\d+: `},
		"not an object":     {data("[1, 2]"), 4, `data.json:1:1: `},
		"key twice":         {data(`{"N": 1, "N": 2}`), 4, `data.json:1:\d+: .*"N"`},
		"missing key":       {data(`{"N": 2, "scale": 1}`), 4, `\by\b`},
		"shape":             {data(`{"N": 2, "y": [1, 2, 3], "scale": 1}`), 4, `\by\b.*3.*2|\by\b.*2.*3`},
		"nesting":           {data(`{"N": 2, "y": [[1, 2]], "scale": 1}`), 4, `\by\b`},
		"ragged":            {data(`{"N": 2, "y": [[1, 2], [3]], "scale": 1}`), 4, `\by\b`},
		"text":              {data(`{"N": 2, "y": ["a", "b"], "scale": 1}`), 4, `\by\b`},
		"real for int":      {data(`{"N": 2.5, "y": [1, 2], "scale": 1}`), 4, `\bN\b.*2\.5`},
		"constraint":        {data(`{"N": 2, "y": [1, 2], "scale": -3}`), 4, `\bscale\b.*-3`},
		"int constraint":    {data(`{"N": 0, "y": [], "scale": 1}`), 4, `\bN\b.*0`},
		"no parameters":     {of("nothing"), 5, `no parameters`},
		"improper":          {of("improper"), 5, `improper.*loose`},
		"runaway":           {of("runaway"), 5, `improper`},
		"nowhere to start":  {of("nowhere"), 5, `no point to start.*line 6`},
		"no inits":          {with("--init", "nowhere.json"), 4, `nowhere.json: no such file`},
		"init form":         {with("--init", writeTemp(t, "i.json", `"x"`)), 4, `i.json: want`},
		"init length":       {with("--init", writeTemp(t, "i.json", `[1]`)), 4, `i.json: starting point 1 has 1 numbers, .* 2`},
		"init count":        {with("--init", writeTemp(t, "i.json", `[[1,1],[2,2]]`)), 4, `2 starting points for 4 chains`},
		"init name":         {with("--init", writeTemp(t, "i.json", `{"mu": 1}`)), 4, `"sigma" has no value`},
		"init support":      {with("--init", writeTemp(t, "i.json", `{"mu": 1, "sigma": -1}`)), 4, `"sigma".*support`},
		"init shape":        {with("--init", writeTemp(t, "i.json", `{"mu": [1], "sigma": 1}`)), 4, `"mu" has shape`},
		"folder is a file":  {with("--out", file), 6, regexp.QuoteMeta(file)},
		"folder in a file":  {with("--out", filepath.Join(file, "x")), 6, regexp.QuoteMeta(file)},
		"no results":        {[]string{"summary", dir}, 4, regexp.QuoteMeta(dir)},
		"no folder":         {[]string{"diagnose", "nowhere"}, 4, `nowhere`},
		"explain alone":     {[]string{"check", "testdata/normal.stan", "--explain"}, 4, `--data`},
		"unknown pass":      {[]string{"check", "testdata/normal.stan", "--explain", "--data", "testdata/normal.json", "--without", "magic"}, 2, `magic.*reduce`},
		"points":            {[]string{"log-density", "testdata/normal.stan"}, 2, `--points`},
	} {
		t.Run(name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "run")
			args := slices.Clone(c.args)
			for i := range args {
				args[i] = strings.Replace(args[i], never, out, 1)
			}
			o := want(t, c.code, args...)
			if !regexp.MustCompile(c.want).MatchString(o.stderr) {
				t.Errorf("stderr does not match %s:\n%s", c.want, o.stderr)
			}
			if o.stdout != "" {
				t.Errorf("stdout: %s", o.stdout)
			}
			if run, err := readResults(out); err == nil && run.run.Complete() {
				t.Error("there is a complete run")
			}
		})
	}
}

func TestErrors_NativeWithoutCompiler(t *testing.T) {
	cmd, _, stderr := command(sample(normal, "--backend", "cpu")...)
	cmd.Env = append(os.Environ(), "PATH=", "CC=")
	if code := ended(t, cmd.Run()); code != 1 || !strings.Contains(stderr.String(), "--backend auto") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
}

func TestErrors_FullDisk(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("needs Linux's mount")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=96k", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("cannot make a small file system: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	out := filepath.Join(dir, "run")
	o := want(t, 6, sample(normal, "--seed", "1", "--draws", "1000000", "--out", out)...)
	if !strings.Contains(o.stderr, "no space left") || !strings.Contains(o.stderr, ".csv") {
		t.Errorf("stderr: %s", o.stderr)
	}
	run, err := readResults(out)
	if err != nil {
		t.Fatal(err)
	}
	if run.run.Complete() || len(run.run.Warnings) == 0 {
		t.Errorf("the run looks whole: %v", run.run.Warnings)
	}
}

func TestErrors_FullStdout(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("needs /dev/full")
	}
	defer full.Close()
	for _, args := range [][]string{
		{"version"}, sample(normal, "--seed", "1", "--quiet"), sample(normal, "--seed", "1", "--json"), {"check", "testdata/wide.stan"},
	} {
		cmd, _, stderr := command(args...)
		cmd.Stdout = full
		if code := ended(t, cmd.Run()); code != 6 || !strings.Contains(stderr.String(), "no space left") {
			t.Errorf("quatre %s: exit code %d: %s", strings.Join(args, " "), code, stderr)
		}
	}
}
