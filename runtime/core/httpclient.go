package core

import (
	"time"

	"gohap/runtime/certs"
	"gohap/runtime/httpclient"
	"gohap/runtime/ssl"
)

// HTTPClient are the "httpclient.*" lines of the global section.
type HTTPClient struct {
	// Resolvers is the section that looks names up, "" for "default" if there is
	// one; NoResolvers is "httpclient.resolvers.disabled".
	Resolvers   string
	NoResolvers bool
	// IPv4 prefers such addresses.
	IPv4 bool
	// CA signs servers' certificates, nil for the system's; Verify says whether that
	// is looked at, which [ssl.Default] does.
	CA     *certs.CA
	Verify ssl.Verify
	// Retries and Connect are those of [httpclient.Client].
	Retries int
	Connect time.Duration
	// Client is made of these; nil before traffic.
	Client *httpclient.Client
}
