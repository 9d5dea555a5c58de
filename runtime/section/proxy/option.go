package proxy

import (
	"gohap/parser/ast"
	"gohap/runtime/core"
	"gohap/runtime/registry"
)

// switches are the options that are on or off. old ones are read as nothing,
// with a warning.
var switches = []struct {
	name string
	flag core.Option
	side core.Capability
	mode registry.Modes
	doc  string
}{
	{"abortonclose", core.OptAbortOnClose, be, 0, "Gives up requests whose client has stopped sending while they wait."},
	{"accept-invalid-http-request", core.OptAcceptInvalidRequest, fe, http, "Lets requests with invalid characters pass."},
	{"accept-invalid-http-response", core.OptAcceptInvalidResponse, be, http, "Lets responses with invalid characters pass."},
	{"allbackups", core.OptAllBackups, be, 0, "Uses all backup servers at once instead of the first."},
	{"clitcpka", core.OptClientTCPKA, fe, 0, "Sends TCP keep-alives to clients."},
	{"contstats", core.OptContStats, fe, 0, "Counts bytes while they flow instead of at the end."},
	{"dontlog-normal", core.OptDontLogNormal, fe, 0, "Logs only what went wrong."},
	{"dontlognull", core.OptDontLogNull, fe, 0, "Does not log connections without a byte."},
	{"h1-case-adjust-bogus-client", core.OptH1CaseAdjustClient, fe, 0, "Spells header names for clients as h1-case-adjust says."},
	{"h1-case-adjust-bogus-server", core.OptH1CaseAdjustServer, be, 0, "Spells header names for servers as h1-case-adjust says."},
	{"http-buffer-request", core.OptBufferRequest, fe | be, http, "Waits for a request's body before a server is chosen."},
	{"http-ignore-probes", core.OptIgnoreProbes, fe, http, "Forgets connections that never sent a request."},
	{"http-no-delay", core.OptNoDelay, fe | be, http, "Sends every piece of a message at once."},
	{"http-pretend-keepalive", core.OptPretendKeepAlive, be, http, "Tells servers that their connection is kept, and closes it."},
	{"http-use-proxy-header", core.OptUseProxyHeader, fe, http, "Reads and writes Proxy-Connection instead of Connection."},
	{"idle-close-on-response", core.OptIdleCloseOnResponse, fe, http, "Closes idle clients of a stopping process only after a response."},
	{"independent-streams", core.OptIndependentStreams, fe | be, 0, "Sent bytes do not count as activity of a side."},
	{"log-health-checks", core.OptLogHealthChecks, be, 0, "Logs every change of a check's result."},
	{"log-separate-errors", core.OptLogSeparateErrors, fe, 0, "Logs what went wrong at level err."},
	{"logasap", core.OptLogASAP, fe, 0, "Logs before the data is forwarded."},
	{"nolinger", core.OptNoLinger, fe | be, 0, "Drops unsent bytes when a connection closes."},
	{"persist", core.OptPersist, be, 0, "Sends clients to their cookie's server even when it is down."},
	{"prefer-last-server", core.OptPreferLastServer, be, http, "Stays on the same server for the requests of a connection."},
	{"socket-stats", core.OptSocketStats, fe, 0, "Keeps statistics of each listener."},
	{"splice-auto", core.OptSpliceAuto, fe | be, 0, "Forwards through pipes where that is cheaper."},
	{"splice-request", core.OptSpliceRequest, fe | be, 0, "Forwards requests through pipes."},
	{"splice-response", core.OptSpliceResponse, fe | be, 0, "Forwards responses through pipes."},
	{"srvtcpka", core.OptServerTCPKA, be, 0, "Sends TCP keep-alives to servers."},
	{"tcp-smart-accept", core.OptTCPSmartAccept, fe, 0, "Saves an acknowledgement when a client connects."},
	{"tcp-smart-connect", core.OptTCPSmartConnect, be, 0, "Saves an acknowledgement when connecting to a server."},
	{"disable-h2-upgrade", core.OptDisableH2Upgrade, fe, http, "Never upgrades a connection to HTTP/2 on a client's preface."},
}

const (
	fe   = core.Frontend
	be   = core.Backend
	http = registry.HTTPMode
)

func init() {
	for _, o := range switches {
		d := option(o.name, o.doc, o.side, func(c *registry.Compiler, st *ast.Statement) { set(c, o.flag) })
		d.Mode = o.mode
		registry.Directives.Add(d)
	}
	registry.Directives.Add(
		positive("tcpka", "Sends TCP keep-alives to both sides.", fe|be, func(c *registry.Compiler, st *ast.Statement) {
			if c.Proxy.Has(fe) {
				set(c, core.OptClientTCPKA)
			}
			if c.Proxy.Has(be) {
				set(c, core.OptServerTCPKA)
			}
		}),
		connectionMode("httpclose", "Closes both connections after each response.", core.OptHTTPClose),
		connectionMode("http-server-close", "Closes the server's connection after each response.", core.OptServerClose),
		connectionMode("http-keep-alive", "Keeps both connections for further requests.", core.OptKeepAlive),
		oldOption("forceclose", "option 'forceclose' is not supported any more since HAProxy 2.0, please just remove it, "+
			"or use 'option httpclose' if absolutely needed.", "httpclose", core.OptHTTPClose),
		oldOption("http-use-htx", "option 'http-use-htx' is not supported any more and has no effect.", "", 0),
		oldOption("http-tunnel", "option 'http-tunnel' is not supported any more since HAProxy 2.1, please just remove it, it shouldn't be needed.", "", 0),
	)
}

// option makes the record of an option without arguments, which "no" and
// "default" may precede.
func option(name, doc string, side core.Capability, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	return &registry.Directive{
		Keyword: registry.Keyword{
			Name: "option " + name, Manual: "4.2", Doc: doc,
			OK: []string{"option " + name, "no option " + name}, Bad: []string{"option " + name + " x"},
		},
		In: registry.Proxies, Side: side, No: true, Default: true,
		Compile: func(c *registry.Compiler, st *ast.Statement) {
			if !c.MaxArgs(st, 2, 0) {
				return
			}
			if c.Proxy.Caps&side == 0 {
				warnSide(c, st, side, name)
				return
			}
			compile(c, st)
		},
	}
}

// positive makes the record of an option that "no" may not precede.
func positive(name, doc string, side core.Capability, compile func(*registry.Compiler, *ast.Statement)) *registry.Directive {
	d := option(name, doc, side, compile)
	d.No, d.Default = false, false
	d.OK, d.Bad = d.OK[:1], append(d.Bad, "no option "+name)
	return d
}

// set turns a switch on, or off after "no", or back after "default".
func set(c *registry.Compiler, o core.Option) {
	s := &c.Proxy.Settings
	s.Opt &^= o
	s.OptSet |= o
	switch {
	case c.Defaulted:
		s.OptSet &^= o
	case !c.Negated:
		s.Opt |= o
	}
}

// connectionMode makes one of the three options that exclude each other: the
// last one given is in force.
func connectionMode(name, doc string, o core.Option) *registry.Directive {
	const all = core.OptHTTPClose | core.OptServerClose | core.OptKeepAlive
	return option(name, doc, fe|be, func(c *registry.Compiler, st *ast.Statement) {
		s := &c.Proxy.Settings
		if c.Negated || c.Defaulted {
			if s.Opt&all == o {
				s.Opt = s.Opt&^all | core.OptKeepAlive
			}
			return
		}
		s.Opt = s.Opt&^all | o
		s.OptSet |= o
	})
}

// oldOption makes an option that HAProxy has removed: it is read as what
// replaced it, or as nothing.
func oldOption(name, message, now string, o core.Option) *registry.Directive {
	d := option(name, "An option of older releases.", fe|be, func(c *registry.Compiler, st *ast.Statement) {
		if now == "" {
			warnLine(c, &st.Words[1], "%s", message)
			return
		}
		c.Upgrade(&st.Words[1], "    option "+now, "%s", message)
		if o == core.OptHTTPClose && !c.Negated {
			c.Proxy.Opt = c.Proxy.Opt&^(core.OptServerClose|core.OptKeepAlive) | o
		}
	})
	d.Old, d.Dump = true, "-"
	return d
}
