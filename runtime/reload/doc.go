// Package reload hands listening sockets from one process to the next, so that
// a new process serves without a moment in which nobody listens.
//
// The conversation is the one that HAProxy's -x has with a stats socket bound
// with "expose-fd listeners" (management.txt 3), so that either side may be
// HAProxy. The new process connects and writes the line [Command]. The old one
// answers with the number of sockets, then with batches of at most 252: a
// descriptor each in a control message, and a record each in the bytes beside
// it. Between two batches the new process writes four bytes; what they count
// does not matter. All numbers are in the machine's byte order, since both
// ends run on one machine.
//
// A record is the length of the network namespace's name in one byte, the
// name, the same for the interface, and four bytes of flags, which are zero.
// Addresses do not travel: the system knows them.
package reload

// Command is the line that asks for the sockets, with its line end.
const Command = "_getsocks\n"

// batchSize is how many descriptors travel in one message: the kernel takes
// 253 at most.
const batchSize = 252

// maxSockets bounds what a peer may announce; HAProxy cannot hold more
// descriptors either.
const maxSockets = 1 << 20
