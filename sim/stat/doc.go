// Package stat holds the statistics of simulation output: accumulators in
// bounded memory, intervals for independent replications and for one long run,
// the end of the warm-up, and tests of one sample against another.
package stat
