package stats

// fillRelay sets the columns that a backend and a server have in common.
func (r *Row) fillRelay(t *RelayCounters) {
	r.Sessions, r.Balanced, r.Requests = t.Sessions.Load(), t.Balanced.Load(), t.Requests.Load()
	r.BytesIn, r.BytesOut = t.BytesIn.Load(), t.BytesOut.Load()
	r.DeniedResponses = t.DeniedResponses.Load()
	r.ConnectionErrors, r.ResponseErrors = t.ConnectionErrors.Load(), t.ResponseErrors.Load()
	r.Retries, r.Redispatches = t.Retries.Load(), t.Redispatches.Load()
	r.ClientAborts, r.ServerAborts = t.ClientAborts.Load(), t.ServerAborts.Load()
	r.RewriteErrors, r.InternalErrors = t.RewriteErrors.Load(), t.InternalErrors.Load()
	r.Connects, r.Reuses = t.Connects.Load(), t.Reuses.Load()
	r.Responses = t.Responses.load()
	r.fillTLS(&t.TLS)
}

func (r *Row) fillCompression(c *Compression) {
	r.CompIn, r.CompOut = c.BytesIn.Load(), c.BytesOut.Load()
	r.CompBypassed, r.CompResponses = c.Bypassed.Load(), c.Responses.Load()
}

func (r *Row) fillTLS(t *TLS) {
	r.TLSSessions, r.TLSReused, r.TLSFailed = t.Sessions.Load(), t.Reused.Load(), t.FailedHandshakes.Load()
}

func (r *Row) fillCodecs(h1 *H1, h2 *H2, open *Open) {
	r.H1 = H1Values{
		OpenConnections: unsigned(open.H1Connections.Load()),
		OpenStreams:     unsigned(open.H1Streams.Load()),
		Connections:     h1.Connections.Load(),
		Streams:         h1.Streams.Load(),
		BytesIn:         h1.BytesIn.Load(),
		BytesOut:        h1.BytesOut.Load(),
		SplicedBytesIn:  h1.SplicedBytesIn.Load(),
		SplicedBytesOut: h1.SplicedBytesOut.Load(),
	}
	r.H2 = H2Values{
		HeadersReceived:   h2.HeadersReceived.Load(),
		DataReceived:      h2.DataReceived.Load(),
		SettingsReceived:  h2.SettingsReceived.Load(),
		RstStreamReceived: h2.RstStreamReceived.Load(),
		GoAwayReceived:    h2.GoAwayReceived.Load(),
		ConnectionErrors:  h2.ConnectionErrors.Load(),
		StreamErrors:      h2.StreamErrors.Load(),
		RstStreamSent:     h2.RstStreamSent.Load(),
		GoAwaySent:        h2.GoAwaySent.Load(),
		OpenConnections:   unsigned(open.H2Connections.Load()),
		OpenStreams:       unsigned(open.H2Streams.Load()),
		Connections:       h2.Connections.Load(),
		Streams:           h2.Streams.Load(),
	}
}
