// Package cache stores responses in memory (configuration.txt, section 6): where
// they lie, how they are found, and which of them go when there is no more room.
// What may be stored, and for whom, is for the callers to say.
//
// A [Cache] is a fixed number of blocks of a kilobyte in memory of its own, which
// the garbage collector does not know. An entry takes as many of them as its size in
// HAProxy's reckoning needs, and its description lies in the first one: what is
// stored never takes more than total-max-size. When blocks are wanted, the entry that
// was not used for the longest time goes.
//
// Finding an entry takes one of many short locks, and counts the finder as a user of
// it: the bytes stay where they are until [Ref.Release], so that they can be sent
// without a copy and without a lock. A [Writer] fills an entry in the same way; it is
// seen once it is whole.
package cache
