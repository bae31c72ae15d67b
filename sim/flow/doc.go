// Package flow describes what entities go through as a list of steps: arrive,
// seize, hold, release, decide, depart and so on. The steps are data that one
// loop executes; an entity under way is a small record, called a token, and
// taking a step allocates nothing.
//
//	customers := flow.New(s, "customers")
//	customers.Arrive(interarrival).
//		Seize(teller).
//		Hold(flow.Draw(service)).
//		Release(teller).
//		Depart()
//
// A flow measures by itself the time of its tokens in the system (the tally
// "customers.time"), their number (the level "customers.number"), and how many
// arrived and departed. Resources measure their queues and their use.
//
// Mistakes in a flow, such as an unknown label, are reported when the
// simulation runs; mistakes of a token, such as releasing what it does not
// hold, end the run with a fault that names token, step and time.
package flow
