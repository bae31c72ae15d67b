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

// Configs returns the settings that can be chosen by name. A new option of the
// sampler is one more row.
func Configs() []Config {
	sampler := func(set func(*samplers.Options)) func(*quatre.Options) {
		return func(o *quatre.Options) { set(o.Sampler) }
	}
	return []Config{
		{Default, "what users get who ask for nothing", func(*quatre.Options) {}},
		{Baseline, "Stan's three phases, diagonal metric from variances", sampler(func(o *samplers.Options) {
			o.Adaptation, o.Metric, o.AsWritten = samplers.StanAdaptation, samplers.DiagMetric, true
		})},
		{"stan-dense", "Stan's three phases, full metric from covariances", sampler(func(o *samplers.Options) {
			o.Adaptation, o.Metric, o.AsWritten = samplers.StanAdaptation, samplers.DenseMetric, true
		})},
		{"stan-0.9", "stan, at a target acceptance of 0.9", sampler(func(o *samplers.Options) {
			o.Adaptation, o.Metric, o.AsWritten, o.TargetAccept = samplers.StanAdaptation, samplers.DiagMetric, true, 0.9
		})},
		{"fisher", "diagonal metric by the Fisher divergence", sampler(func(o *samplers.Options) {
			o.Adaptation, o.AsWritten = samplers.FisherAdaptation, true
		})},
		{"centring", "fisher, with latents centred by themselves", sampler(func(o *samplers.Options) {
			o.Adaptation, o.AsWritten = samplers.FisherAdaptation, false
		})},
		{"centring-jitter", "centring, with step sizes that vary by 10 %", sampler(func(o *samplers.Options) {
			o.Adaptation, o.AsWritten, o.StepJitter = samplers.FisherAdaptation, false, 0.1
		})},
	}
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
