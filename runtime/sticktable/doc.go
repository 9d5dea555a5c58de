// Package sticktable stores what is known about keys: how often an address
// came, which server a client had. It is the store behind HAProxy's stick
// tables (configuration.txt 4.2 "stick-table").
//
// A [Table] is cut into shards, each with a lock, so that streams rarely meet.
// A shard's entries lie in slabs of bytes without a single pointer: a table of
// a million entries costs the garbage collector nothing. An entry is a header,
// its key and its data, which are as long for every entry of a table. What is
// looked at or changed is reached through an [Entry], which holds its shard's
// lock until it is unlocked, so everything done between the two is one step for
// others.
//
// The entries of a shard form a list in the order in which they were last
// touched. All live equally long, so the oldest is the first to expire, and
// expired ones are taken from the head of the list by whoever comes next; no
// task looks for them. Entries that streams refer to are left alone.
//
// The package does not read a clock: callers say what time it is, in
// milliseconds on a clock of their choice that does not go back.
package sticktable
