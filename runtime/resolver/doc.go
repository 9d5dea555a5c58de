// Package resolver asks name servers for the addresses of servers while traffic
// flows (configuration.txt 5.3).
//
// A [Section] is a "resolvers" section: its name servers and what it knows of the
// names that somebody asked for. A name is looked up again and again for as long
// as there is a [Host] that follows it, or once for an [Ask]. Who asks for the same
// name and kind of address shares one resolution.
//
// A question goes to all name servers of the section at once, and the first valid
// answer counts. When all of them answer with an error, a question for IPv4
// addresses becomes one for IPv6 addresses or the other way round; after "timeout
// retry" the first one is asked again, as often as "resolve_retries" says. Then the
// look-up has failed, for the reason of the last error, and whoever follows the name
// decides by the "hold" times whether that matters.
//
// Answers are kept as records. A record that answers no longer hold is forgotten
// after "hold obsolete"; a host stays with its record until then. SRV records give
// hosts a name, a port and a weight: each record takes one of the hosts that follow
// the SRV name, and gives it free when the record goes.
//
// All state of a section is under one lock, which is never held while something
// waits for the network. What happens to a server is told through [Server], with
// that lock held: its methods must not call back into this package.
package resolver
