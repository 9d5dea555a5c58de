package runtime

import (
	"gohap/runtime/certs"
	"gohap/runtime/httpclient"
	"gohap/runtime/logs"
	"gohap/runtime/ssl"
)

// openHTTPClient makes the process's own HTTP client. The system's certificates are
// read when it first needs them: few processes ever do.
func (i *Instance) openHTTPClient() {
	g := i.graph.Global
	h := &g.HTTPClient
	k := &httpclient.Client{IPv4: h.IPv4, Retries: h.Retries, Connect: h.Connect}
	if name := h.Resolvers; !h.NoResolvers {
		if name == "" {
			name = "default"
		}
		k.Resolver = i.graph.Resolver(name)
	}
	k.TLS = func() (*ssl.Server, error) {
		s := &ssl.Server{NoReuse: true, Keep: &g.SSL.KeepServers}
		if s.CA, s.Verify = h.CA, h.Verify; s.Verify == ssl.Default {
			s.Verify = ssl.Required
		}
		if s.CA == nil && s.Verify != ssl.None {
			ca, err := g.SSL.Store.CA(certs.SystemCA)
			if err != nil {
				return nil, err
			}
			s.CA = ca
		}
		s.Build()
		return s, nil
	}
	var targets []logs.Config
	for _, t := range g.Logs {
		targets = append(targets, t.Config)
	}
	if len(targets) > 0 {
		tag := g.LogTag
		if tag == "" {
			tag = i.options.Program
		}
		if l, err := i.store.Logger(tag, targets); err == nil {
			k.Log = func(line []byte) { l.Log(logs.Info, line) }
		}
	}
	h.Client = k
}
