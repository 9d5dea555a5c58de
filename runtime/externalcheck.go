package runtime

import (
	"strconv"

	"gohap/health"
	"gohap/parser/value"
	"gohap/runtime/core"
)

// externalCheck is the check of a server that a program does (4.2 "external-check
// command").
func externalCheck(p *core.Proxy, s *core.Server) *health.External {
	proxyAddr, proxyPort := "", ""
	for _, l := range p.Listeners {
		if l.Addr.IsIP() {
			proxyAddr, proxyPort = l.Addr.IP.String(), strconv.Itoa(l.Port)
			break
		}
		if l.Addr.Kind == value.Unix {
			proxyAddr = l.Addr.Path
			break
		}
	}
	addr, port := externalTarget(s)
	fixed := []string{
		"HAPROXY_PROXY_NAME=" + p.Name, "HAPROXY_PROXY_ID=" + strconv.Itoa(p.ID),
		"HAPROXY_PROXY_ADDR=" + proxyAddr, "HAPROXY_PROXY_PORT=" + proxyPort,
		"HAPROXY_SERVER_NAME=" + s.Name, "HAPROXY_SERVER_ID=" + strconv.Itoa(s.ID),
		"HAPROXY_SERVER_ADDR=" + addr, "HAPROXY_SERVER_PORT=" + port,
		"HAPROXY_SERVER_SSL=" + bit(s.SSL.On), "HAPROXY_SERVER_PROTO=" + serverProto(p, s),
		"PATH=" + p.Check.Path,
	}
	return &health.External{
		Command: p.Check.Command, Args: []string{orUnused(proxyAddr), orUnused(proxyPort), addr, orUnused(port)},
		Env: func() []string {
			return append(fixed[:len(fixed):len(fixed)],
				"HAPROXY_SERVER_MAXCONN="+strconv.FormatInt(s.Limit.Load(), 10),
				"HAPROXY_SERVER_CURCONN="+strconv.FormatInt(s.Stats.Current.Load(), 10))
		},
	}
}

// orUnused is how arguments show what there is not.
func orUnused(s string) string {
	if s == "" {
		return "NOT_USED"
	}
	return s
}

// externalTarget is the server's address and port, "" for what it has not.
func externalTarget(s *core.Server) (addr, port string) {
	ep := s.Dial.Load()
	switch {
	case ep == nil:
		return "", ""
	case ep.Options.Path != "":
		return ep.Options.Path, ""
	}
	return ep.Options.Addr.Addr().String(), strconv.Itoa(int(ep.Options.Addr.Port()))
}

// serverProto is what the program is told of the protocol that a server speaks.
func serverProto(p *core.Proxy, s *core.Server) string {
	switch {
	case p.Mode != core.HTTP:
		return "tcp"
	case s.Proto == "h2":
		return "h2"
	}
	return "h1"
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
