package server

import (
	"time"

	"gohap/parser/ast"
	"gohap/parser/diag"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

func init() {
	registry.ServerOptions.Add(
		flag("check", "Checks the server's health.", func(s *core.ServerSettings) { s.Check = true }),
		flag("no-check", "Undoes \"check\".", func(s *core.ServerSettings) { s.Check = false }),
		flag("check-send-proxy", "Starts checks with a PROXY protocol header.", func(s *core.ServerSettings) { s.CheckSendProxy = true }),
		flag("no-check-send-proxy", "Undoes \"check-send-proxy\".", func(s *core.ServerSettings) { s.CheckSendProxy = false }),
		delay("inter", "The time between checks.", func(s *core.ServerSettings) *time.Duration { return &s.Inter }),
		delay("fastinter", "The time between checks while the state is about to change.",
			func(s *core.ServerSettings) *time.Duration { return &s.FastInter }),
		delay("downinter", "The time between checks of a server that is down.",
			func(s *core.ServerSettings) *time.Duration { return &s.DownInter }),
		counted("rise", "How many good checks bring the server up.", "'rise'", func(s *core.ServerSettings) *int { return &s.Rise }),
		counted("fall", "How many bad checks take the server down.", "'fall'", func(s *core.ServerSettings) *int { return &s.Fall }),
		counted("error-limit", "How many errors \"observe\" lets pass.", "error-limit", func(s *core.ServerSettings) *int { return &s.ErrorLimit }),
		option("addr", "Where checks connect to.", 1, []string{"addr 127.0.0.1"}, []string{"addr", "addr 127.0.0.1:x"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'addr' expects <ipv4|ipv6> as argument.")
					return
				}
				a, err := resolved(w[1].Text, value.ForCheck, c.Env)
				if err != nil {
					fail(c, &w[1], "'addr' : %s", err)
					return
				}
				s.CheckAddr = a
			}),
		option("port", "The port that checks connect to.", 1, []string{"port 8080"}, []string{"port"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'port' expects a port number as argument.")
					return
				}
				s.CheckPort = int(uint16(value.Atol(w[1].Text)))
			}),
		option("observe", "Which traffic the server's health learns from.", 1, []string{"observe layer4", "observe none"}, []string{"observe", "observe nonsense"}, observe),
		oneOf("on-error", "What happens when \"observe\" has seen too many errors.", []string{"fastinter", "fail-check", "sudden-death", "mark-down"},
			"'on-error' expects one of 'fastinter', 'fail-check', 'sudden-death' or 'mark-down' but got '%s'",
			func(s *core.ServerSettings) *string { return &s.OnError }),
		oneOf("on-marked-down", "What happens when the server goes down.", []string{"shutdown-sessions"},
			"'on-marked-down' expects 'shutdown-sessions' but got '%s'", func(s *core.ServerSettings) *string { return &s.OnMarkedDown }),
		oneOf("on-marked-up", "What happens when the server comes up.", []string{"shutdown-backup-sessions"},
			"'on-marked-up' expects 'shutdown-backup-sessions' but got '%s'", func(s *core.ServerSettings) *string { return &s.OnMarkedUp }),
		oneOf("init-state", "The state in which a checked server begins, also when it leaves maintenance (since HAProxy 3.1).",
			[]string{"fully-up", "up", "down", "fully-down"}, "'init-state' expects one of 'fully-up', 'up', 'down', or 'fully-down' but got '%s'",
			func(s *core.ServerSettings) *string { return &s.InitState }),
		option("slowstart", "How long a server that comes up takes to get its whole share.", 1,
			[]string{"slowstart 30s", "slowstart 0"}, []string{"slowstart", "slowstart 5x"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'slowstart' expects a delay as argument.")
					return
				}
				if d, ok := duration(c, &w[1], "slowstart", "slowstart"); ok {
					s.SlowStart = d
				}
			}),
		option("track", "Follows the state of another server instead of checking.", 1, nil, []string{"track", "track nobody"},
			func(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
				if w[1].Text == "" {
					fail(c, &w[1], "'track' expects [<proxy>/]<server> as argument.")
					return
				}
				s.Track = w[1].Text
			}),
	)
}

// resolved reads an address and resolves its name.
func resolved(text string, use value.AddrUse, env func(string) (string, bool)) (value.Addr, error) {
	a, err := value.ParseAddr(text, use, env)
	if err != nil || a.Kind != value.Host {
		return a, err
	}
	ip, err := address.Resolve(a, text)
	if err != nil {
		return a, value.InvalidAddress(a.Host, text)
	}
	a.Kind, a.IP = value.IP, ip
	return a, nil
}

func observe(c *registry.Compiler, s *core.ServerSettings, w []ast.Word) {
	switch mode := w[1].Text; mode {
	case "none":
		s.Observe = ""
	case "layer4":
		s.Observe = mode
	case "layer7":
		if c.Proxy.Mode != core.HTTP {
			report(c, diag.Warning, &w[1], prefix(c)+"'layer7' can only be used in http proxies..")
			return
		}
		s.Observe = mode
	case "":
		fail(c, &w[1], "'observe' expects <mode> as argument.")
	default:
		fail(c, &w[1], "'observe' expects one of 'none', 'layer4', 'layer7' but got '%s'", mode)
	}
}
