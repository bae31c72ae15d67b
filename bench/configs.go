package bench

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/quatre-ppl/quatre"
	"github.com/quatre-ppl/quatre/samplers"
)

// Config is a named setting of Quatre, to be measured against another.
type Config struct {
	Name string
	What string // in words
	// Set changes options that come with the numbers of chains, draws and so on.
	Set func(*quatre.Options)
}

// Default is the name of the setting that users get.
const Default = "default"

// Baseline is the name of the setting that the others are measured against.
const Baseline = "stan"

// Configs returns the settings that can be chosen by name, each adding one thing
// to one before it. A new option of the sampler is one more row.
func Configs() []Config {
	type options = samplers.Options
	stan := func(o *options) {
		o.Adaptation, o.Metric, o.AsWritten, o.FixedWarmup = samplers.StanAdaptation, samplers.DiagMetric, true, true
	}
	fisher := func(o *options) {
		o.Adaptation, o.Metric, o.AsWritten, o.FixedWarmup = samplers.FisherAdaptation, samplers.DiagMetric, true, true
	}
	centring := func(o *options) { fisher(o); o.AsWritten = false }
	directions := func(o *options) { centring(o); o.Metric = samplers.AutoMetric }
	list := []struct {
		name, what string
		set        func(*options)
	}{
		{Default, "what users get who ask for nothing", func(*options) {}},
		{Baseline, "Stan's three phases, diagonal metric from variances", stan},
		{"stan-dense", "Stan's three phases, full metric from covariances", func(o *options) { stan(o); o.Metric = samplers.DenseMetric }},
		{"stan-0.9", "stan, at a target acceptance of 0.9", func(o *options) { stan(o); o.TargetAccept = 0.9 }},
		{"fisher", "diagonal metric by the Fisher divergence, model as written", fisher},
		{"fisher-directions", "fisher, corrected in directions where that pays", func(o *options) { fisher(o); o.Metric = samplers.AutoMetric }},
		{"centring", "fisher, with latents centred by themselves", centring},
		{"directions", "centring, corrected in directions where that pays", directions},
		{"early", "directions, with a warmup that may end early", func(o *options) { directions(o); o.FixedWarmup = false }},
		{"walnuts", "what users get, with steps that adapt to the place", func(o *options) { o.Sampler = samplers.WALNUTS }},
		{"pathfinder", "what users get, started by Pathfinder", func(o *options) { o.InitMethod = samplers.PathfinderInit }},
		{"stan-walnuts", "stan, with steps that adapt to the place", func(o *options) { stan(o); o.Sampler = samplers.WALNUTS }},
		{"stan-pathfinder", "stan, started by Pathfinder", func(o *options) { stan(o); o.InitMethod = samplers.PathfinderInit }},
		{"jitter", "directions, with step sizes that vary by 10 %", func(o *options) { directions(o); o.StepJitter = 0.1 }},
	}
	configs := make([]Config, len(list))
	for i, c := range list {
		configs[i] = Config{c.name, c.what, func(o *quatre.Options) { c.set(o.Sampler) }}
	}
	return configs
}

// FindConfig returns the setting called name.
func FindConfig(name string) (Config, error) {
	var names []string
	for _, c := range Configs() {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Config{}, fmt.Errorf("bench: no setting is called %q: there are %s", name, strings.Join(names, ", "))
}

// NewConfig makes a setting of an object in JSON with fields of samplers.Options,
// such as {"Adaptation": "fisher", "StepJitter": 0.1}; what it does not name is as
// users get it.
func NewConfig(name, fields string) (Config, error) {
	parse := func(o *samplers.Options) error {
		d := json.NewDecoder(strings.NewReader(fields))
		d.DisallowUnknownFields()
		return d.Decode(o)
	}
	if err := parse(quatre.DefaultSampler()); err != nil {
		return Config{}, fmt.Errorf("bench: the setting %s: %s: %w", name, fields, err)
	}
	return Config{name, fields, func(o *quatre.Options) {
		// It was read once already.
		_ = parse(o.Sampler)
	}}, nil
}
