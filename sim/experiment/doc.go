// Package experiment runs models many times and says how far the results can be
// believed: independent replications on all cores with Student's intervals,
// stopping at a wanted precision, comparison of two models under common random
// numbers, selection of the best of several, designs of experiments.
//
// Results depend on the model, the key and the options, never on the number of
// workers or on which finishes first.
package experiment
