package conn

import "time"

// TCPInfo is what the kernel knows of a TCP connection, in its own names.
type TCPInfo struct {
	RTT, RTTVar time.Duration

	Unacked, Sacked, Lost, Retrans, Fackets, Reordering uint32
}
