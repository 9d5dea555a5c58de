// Package peers shares stick tables with other processes over HAProxy's peers
// protocol (configuration.txt 3.5, peers.txt): it pushes what changes here to all
// peers, stores what they push, asks one of them for everything at the start, and
// teaches the process that takes this one's place.
//
// A [Section] has its peers and its tables. Each peer has one [Peer.connect] loop
// that dials when there is no connection, and at most one session, dialled or
// accepted: two tasks, one that reads and one that writes. Nothing here is on the
// path of requests: these mark entries as changed, and the first mark after a quiet
// while wakes the writers, which take what is marked in batches.
package peers
