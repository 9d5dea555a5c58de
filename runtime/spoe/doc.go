// Package spoe asks agents about streams (SPOE.txt): an [Agent] is a filter of a proxy
// that sends messages at certain moments, or when a rule says so, waits for the answer
// and does to variables what it says.
//
// Each shard has connections of its own, and a list of questions that wait for one.
// The stream that asks puts its question there and waits; a task of a connection writes
// what it takes from the list, another one reads the answers and wakes the streams.
// Locks are held for moments only, and by tasks of one shard.
package spoe
