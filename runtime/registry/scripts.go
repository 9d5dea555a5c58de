package registry

import "gohap/runtime/core"

// Service is what "use-service" hands a stream over to.
type Service struct {
	// Name is what rules call it.
	Name string
	// HTTP says that it answers requests, rather than connections.
	HTTP bool
	// New makes what answers a stream.
	New func(s *core.Stream) core.Applet
}

// Scripts are the records that the scripts of a configuration have made, beside those
// of the tables here. The Scripts of a [core.Graph] are one.
type Scripts interface {
	// Action finds the action of a ruleset; nil without one.
	Action(word string, set core.Ruleset) *Action
	// Fetch, Converter and Service find records by name; nil without one.
	Fetch(name string) *Fetch
	Converter(name string) *Converter
	Service(name string) *Service
}

func (c *Compiler) scripts() Scripts {
	s, _ := c.Graph.Scripts.(Scripts)
	return s
}

// Fetch finds a fetch, of the tables or of the configuration's scripts.
func (c *Compiler) Fetch(name string) (*Fetch, bool) {
	if f, ok := Fetches.Find(name); ok {
		return f, true
	}
	if s := c.scripts(); s != nil {
		f := s.Fetch(name)
		return f, f != nil
	}
	return nil, false
}

// Converter finds a converter likewise.
func (c *Compiler) Converter(name string) (*Converter, bool) {
	if f, ok := Converters.Find(name); ok {
		return f, true
	}
	if s := c.scripts(); s != nil {
		f := s.Converter(name)
		return f, f != nil
	}
	return nil, false
}

// Action finds an action of a script, nil without one.
func (c *Compiler) Action(word string, set core.Ruleset) *Action {
	if s := c.scripts(); s != nil {
		return s.Action(word, set)
	}
	return nil
}

// Service finds a service of a script, nil without one.
func (c *Compiler) Service(name string) *Service {
	if s := c.scripts(); s != nil {
		return s.Service(name)
	}
	return nil
}
