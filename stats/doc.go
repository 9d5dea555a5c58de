// Package stats counts what passes through the proxies and describes it.
//
// It has three parts, which meet in [Row]:
//
//   - Counters: [Frontend], [Listener], [Backend], [Server] and [Process] are
//     updated while traffic flows. What every request touches is spread over
//     shards, one per worker loop, so that two cores never write the same cache
//     line; reading adds the shards up. No update allocates or takes a lock.
//   - The description: a [Source] turns the running configuration and its
//     counters into a [Snapshot], plain values without a link to the live state,
//     and an [Info] does so for the process.
//   - The tables: [Columns] and [InfoFields] give every value its name, its
//     position, its type and its documentation. All renderers (packages csv,
//     typed, json, prom and page below this one) read these tables, so that a
//     column exists in one place.
//
// Units: bytes, milliseconds unless a name says otherwise, and events per
// second. Times given to counters are milliseconds of one steadily growing
// clock, the same for all callers; its origin does not matter, but it must not
// be zero while traffic flows.
package stats
