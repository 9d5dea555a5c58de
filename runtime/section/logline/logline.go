// Package logline reads "log" lines, which the global section and proxies have
// in common (configuration.txt 3.1 and 4.2 "log").
package logline

import (
	"errors"
	"net/netip"
	"strings"

	"gohap/parser/ast"
	"gohap/parser/value"
	"gohap/runtime/core"
	"gohap/runtime/logs"
	"gohap/runtime/registry"
	"gohap/runtime/section/address"
)

// Compile reads a "log" line other than "log global" and "no log". It reports
// whether there was a usable target.
func Compile(c *registry.Compiler, st *ast.Statement) (core.LogTarget, bool) {
	t := core.LogTarget{Pos: st.Pos()}
	if len(st.Words) < 3 {
		c.Alert(&st.Words[0], "log : expects <address> and <facility>  as arguments")
		return t, false
	}
	words := make([]string, 0, len(st.Words))
	for _, w := range st.Words[2:] {
		words = append(words, w.Text)
	}
	config, err := logs.ParseConfig(words)
	if err != nil {
		at := &st.Words[2]
		var we *logs.WordError
		if errors.As(err, &we) {
			at = &st.Words[2+we.Word]
		}
		c.Alert(at, "log : %s", err)
		return t, false
	}
	where, ok := target(c, &st.Words[1])
	if !ok {
		return t, false
	}
	config.Target = where
	t.Config = config
	if config.Profile != "" {
		t.Profile = profile(c, st, config.Profile)
	}
	return t, true
}

// syslogPort is where syslog servers listen.
const syslogPort = 514

// target reads where lines go.
func target(c *registry.Compiler, w *ast.Word) (t logs.Target, ok bool) {
	switch w.Text {
	case "stdout":
		return logs.FD(1), true
	case "stderr":
		return logs.FD(2), true
	}
	if name, ok := strings.CutPrefix(w.Text, "ring@"); ok {
		return logs.ToRing(inRing(c, w, name).Ring), true
	}
	a, err := value.ParseAddr(w.Text, value.ForLog, c.Env)
	if err != nil {
		c.Alert(w, "log : %s", err)
		return t, false
	}
	switch a.Kind {
	case value.Unix:
		return logs.Unix(a.Path), true
	case value.Abstract:
		return logs.Abstract(a.Path), true
	case value.FD:
		return logs.FD(a.FD), true
	case value.SockPair:
		c.Alert(w, "log : '%s' is no target for logs.", w.Text)
		return t, false
	}
	if a.Transport == value.Stream && strings.HasPrefix(w.Text, "tcp") {
		c.Alert(w, "log : logging over TCP is a HAProxy feature that gohap does not support yet.")
		return t, false
	}
	ip, err := address.Resolve(a, w.Text)
	if err != nil {
		c.Alert(w, "log : %s", err)
		return t, false
	}
	if ip.Is6() && ip.IsUnspecified() {
		ip = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	port := a.Port
	if !a.HasPort || port == 0 {
		port = syslogPort
	}
	return logs.UDP(netip.AddrPortFrom(ip, uint16(port))), true
}
