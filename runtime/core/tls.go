package core

import (
	"gohap/runtime/certs"
	"gohap/runtime/ssl"
)

// GlobalTLS are the settings of the process about TLS (3.1, 3.2).
type GlobalTLS struct {
	// Store holds the certificates and CA files.
	Store *certs.Store
	// CABase and CrtBase are where relative names start, "" for the working
	// directory.
	CABase, CrtBase string
	// Bind and Server are the defaults of lines with "ssl".
	Bind, Server ssl.Settings
	// BindNoTickets and BindStrictSNI are further defaults of bind lines,
	// ServerNoTickets of server lines.
	BindNoTickets, BindStrictSNI, ServerNoTickets bool
	// Lists are the crt-lists, by name.
	Lists map[string]*ssl.List
	// Tickets are the files of ticket keys, by their number.
	Tickets []*ssl.Tickets
	// MaxForged is how many generated certificates are kept.
	MaxForged int
	// KeepHello is how many bytes of each list in a client's hello are kept
	// ("tune.ssl.capture-buffer-size").
	KeepHello int
	// Keep says what else is kept, as samples ask for it, those of servers by
	// KeepServers.
	Keep, KeepServers ssl.Keep
	// TrustServers is "ssl-server-verify none".
	TrustServers bool
}

// ServerTLS is what a server line says about TLS.
type ServerTLS struct {
	ssl.Server
	// On says that connections to the server are encrypted.
	On bool
	// Crt is the file of the certificate shown to the server, "" for none.
	Crt string
	// SNI gives the name to ask for, nil for none.
	SNI Expr
	// CheckSNI is the name that checks ask for.
	CheckSNI string
	// CheckALPN are the protocols that checks agree on.
	CheckALPN []string
}

// TLSState is what a handshake came to.
type TLSState = ssl.State
