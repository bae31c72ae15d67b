// Package parallel simulates one system on several cores.
//
// A model is a number of logical processes that send each other events, each
// with a state and random numbers of its own. An event for another process is
// at least the lookahead in the future; so all events in a window of that
// length can be executed at the same time by different cores (conservative
// synchronisation by windows: Nicol 1993, "The cost of conservative
// synchronization in parallel discrete event simulations").
//
// Events are ordered by time, sender and the sender's count of events, and
// random numbers belong to a process: the results are the same to the last bit
// for any number of partitions, one among them, which is the sequential run.
package parallel
