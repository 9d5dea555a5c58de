package address

import (
	"fmt"
	"strings"

	"gohap/parser/value"
	"gohap/runtime/core"
)

// Source reads the address of a "source" setting, with a range of ports where
// ports allows it. The error is in HAProxy's words.
func Source(text string, ports bool, env func(string) (string, bool)) (*core.Source, error) {
	use := value.AddrUse(value.ForSource)
	if ports {
		use |= value.PortRange
	}
	a, err := value.ParseAddr(text, use, env)
	if err != nil {
		return nil, err
	}
	if !a.IsIP() {
		return &core.Source{}, nil // HAProxy takes it, and binds to nothing
	}
	ip, err := Resolve(a, text)
	if err != nil {
		return nil, err
	}
	s := &core.Source{Port: a.Port, PortEnd: a.PortEnd}
	if !ip.IsUnspecified() || a.Port != 0 {
		s.Addr = ip
	}
	return s, nil
}

// UseSource reads the word after "usesrc" into s.
func UseSource(s *core.Source, text string, env func(string) (string, bool)) error {
	switch {
	case text == "client", text == "clientip":
		s.Transparent = text
		return nil
	case strings.HasPrefix(text, "hdr_ip("):
		return fmt.Errorf("'usesrc hdr_ip' is a HAProxy keyword that gohap does not support yet.")
	}
	a, err := value.ParseAddr(text, value.ForSource, env)
	if err == nil {
		_, err = Resolve(a, text)
	}
	if err != nil {
		return fmt.Errorf("'usesrc %s' : %w", text, err)
	}
	return fmt.Errorf("'usesrc <address>' is a HAProxy keyword that gohap does not support yet.")
}
