// Package api is the runtime API: the commands that clients send to a stats
// socket (management.txt 9.3), and to a worker through its master (9.4).
//
// A client sends commands, one a line or several with semicolons between them.
// Each answer ends with an empty line; without "prompt" the connection closes
// after the answers to what was sent. Each command is a record of [Commands],
// one file for a family; -dK and "help" read the same records.
package api
